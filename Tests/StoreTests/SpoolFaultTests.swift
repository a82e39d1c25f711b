import Foundation
import Store
import Testing

/// Killed, out of room, read-only, or many at once: at most the item in flight is lost.
struct SpoolFaultTests {
    let folder = try! SpoolFolder()
    private let limits = SpoolLimits(bytes: .max, items: 3, freeBytes: 0, rareClassItems: 0)

    private func filled() throws -> Spool {
        let spool = try folder.open(limits)
        for number in 1...3 { try spool.add(SpoolFolder.entry(number)) }
        return spool
    }

    @Test func aKillAtAnyStepOfAnAdditionLosesNothingElse() throws {
        let spool = try filled()
        let copies = try folder.snapshots { try spool.add(SpoolFolder.entry(4, withFrameBefore: true)) }
        #expect(copies.count > 15)
        for (step, copy) in copies.enumerated() {
            let again = try copy.open(limits)
            let seen = try again.items().map(\.id)
            try again.settle()
            #expect(try again.items().map(\.id) == seen, "what is seen is what is there")
            #expect(try again.verify() == [], "step \(step)")
            let ids = try again.items().map(\.id)
            #expect([[3, 2, 1], [3, 2], [4, 3, 2]].contains(ids), "step \(step): \(ids)")
            #expect(try copy.itemNames.count == ids.count * 3 + (ids.contains(4) ? 1 : 0), "step \(step)")
            let next = try again.add(SpoolFolder.entry(5)).id
            #expect(next == (ids.contains(4) ? 5 : 4), "step \(step)")
            #expect(try again.items().count == 3 && again.verify() == [])
        }
    }

    @Test func aProcessThatGoesOnBesideAKilledOneFindsItsItem() throws {
        let spool = try filled()
        for copy in try folder.snapshots(of: { try spool.add(SpoolFolder.entry(4)) }) {
            // Opened before the kill: it does not look around when it goes on.
            let survivor = try SpoolFolder()
            for name in try copy.names { try FileManager.default.copyItem(atPath: copy.file(name), toPath: survivor.file(name)) }
            let other = try survivor.open(limits)
            for name in try copy.itemNames where !FileManager.default.fileExists(atPath: survivor.file(name)) {
                try FileManager.default.copyItem(atPath: copy.file(name), toPath: survivor.file(name))
            }
            try other.add(SpoolFolder.entry(5))
            try other.add(SpoolFolder.entry(6))
            #expect(try other.items().count == 3 && other.items().map(\.frameNumber).prefix(2) == [6, 5])
            #expect(try survivor.open(limits).verify() == [])
        }
    }

    @Test func aKillAtAnyStepOfPinningLeavesItPinnedOrNot() throws {
        let spool = try filled()
        for copy in try folder.snapshots(of: { try spool.setPinned(2, true) }) {
            let again = try copy.open(limits)
            try again.settle()
            #expect(try again.verify() == [] && again.items().map(\.id) == [3, 2, 1])
            try again.setPinned(2, true)
            #expect(try again.item(2)?.isPinned == true)
        }
    }

    @Test(arguments: [ENOSPC, EROFS, EIO]) func aFailureAtAnyStepLeavesNothingBehindAndPasses(_ code: Int32) throws {
        let spool = try filled()
        var failures = 0
        for step in 0..<40 {
            let before = try spool.items().map(\.id)
            folder.free.fail(after: step, with: code)
            guard let error = failure(of: { () throws(StoreError) in try spool.add(SpoolFolder.entry(10 + step)) }) else { break }
            failures += 1
            #expect(error.problem.contains(String(cString: strerror(code))), "step \(step): \(error)")
            #expect(error.remedy.isEmpty == (code == EIO), "step \(step): \(error)")
            let after = try spool.items().map(\.id)
            #expect(Set(after).isSubset(of: before) && after.count >= before.count - 1, "step \(step): \(before) \(after)")
            // What a failure has left of an item goes with the next change.
            try spool.settle()
            #expect(try spool.verify() == [] && folder.itemNames.count == after.count * 3, "step \(step)")
            while try spool.items().count < 3 { try spool.add(SpoolFolder.entry(90)) }
            try spool.add(SpoolFolder.entry(50 + step))
        }
        folder.free.fail(after: -1, with: 0)
        #expect((16..<40).contains(failures))
        #expect(try spool.verify() == [])
    }

    private func failure(of body: () throws(StoreError) -> Void) -> StoreError? {
        do throws(StoreError) { try body() } catch { return error }
        return nil
    }

    @Test func aFolderThatCannotBeWrittenToCanBeLookedAt() throws {
        let items = try filled().items()
        // A lock that is a folder cannot be opened for writing by anybody, root too.
        for name in ["lock", "index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: folder.file(name))
        }
        try FileManager.default.createDirectory(atPath: folder.file("lock"), withIntermediateDirectories: false)
        let spool = try folder.open(limits)
        #expect(try spool.items() == items && spool.verify() == [] && spool.summary().items == 3)
        let error = #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(4)) }
        #expect(error?.problem.contains("Cannot change \(folder.path)") == true)
        #expect(try !folder.names.contains("index.sqlite"))
        try FileManager.default.removeItem(atPath: folder.file("lock"))
        #expect(try spool.add(SpoolFolder.entry(4)).id == 4)
        #expect(try folder.names.contains("index.sqlite") && spool.items().count == 3)
    }

    @Test func aHolderThatHangsIsNotWaitedForForever() throws {
        let spool = try folder.open(limits, patience: 0.05)
        try spool.add(SpoolFolder.entry(1))
        let holder = open(folder.file("lock"), O_RDWR)
        defer { close(holder) }
        #expect(flock(holder, LOCK_EX) == 0)
        let error = #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(2)) }
        #expect(error?.problem.contains("Another process") == true)
        #expect(try spool.items().count == 1, "looking needs no lock")
        flock(holder, LOCK_UN)
        #expect(try spool.add(SpoolFolder.entry(2)).id == 2)
    }

    @Test func manyAtOnceShareNumbersAndLimits() async throws {
        let limits = SpoolLimits(bytes: .max, items: 12, freeBytes: 0, rareClassItems: 0)
        let spools = try (0..<4).map { _ in try folder.open(limits) }
        let ids = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for (index, spool) in spools.enumerated() {
                group.addTask {
                    try (0..<10).map { number in
                        _ = try spool.items()
                        return try spool.add(SpoolFolder.entry(index * 100 + number)).id
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(ids.sorted() == Array(1...40))
        for spool in spools { #expect(try spool.items().map(\.id) == Array((29...40).reversed())) }
        #expect(try spools[0].verify() == [])
    }
}
