import Foundation
import Store
import Testing

/// What is evicted, in which order, and what never is.
struct SpoolRetentionTests {
    let folder = try! SpoolFolder()

    private func limits(bytes: Int = .max, items: Int = .max, free: Int = 0, rare: Int = 0) -> SpoolLimits {
        SpoolLimits(bytes: bytes, items: items, freeBytes: free, rareClassItems: rare)
    }

    @Test func theOldestGoFirstAndPinnedOnesNever() throws {
        let spool = try folder.open(limits(items: 4))
        for number in 1...4 { try spool.add(SpoolFolder.entry(number)) }
        try spool.setPinned(1, true)
        for number in 5...7 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try spool.items().map(\.id) == [7, 6, 5, 1])
        try spool.setPinned(1, false)
        try spool.add(SpoolFolder.entry(8))
        #expect(try spool.items().map(\.id) == [8, 7, 6, 5])
        #expect(try folder.itemNames.count == 12, "their files are gone")
    }

    @Test func whereAllIsPinnedNothingIsAddedAndNothingIsLost() throws {
        let spool = try folder.open(limits(items: 2))
        for number in 1...2 { try spool.setPinned(spool.add(SpoolFolder.entry(number)).id, true) }
        let error = #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(3)) }
        #expect(error?.problem.contains("2 pinned items") == true && error?.remedy.contains("Unpin") == true)
        #expect(try spool.items().count == 2 && folder.itemNames.count == 6 && spool.verify() == [])
    }

    @Test func bytesAreHeld() throws {
        let one = try folder.open().add(SpoolFolder.entry(1)).bytes
        let spool = try folder.open(limits(bytes: one * 7 / 2))
        for number in 2...9 {
            try spool.add(SpoolFolder.entry(number))
            #expect(try spool.summary().bytes <= one * 7 / 2)
        }
        #expect(try spool.items().map(\.id) == [9, 8, 7])
        let error = #expect(throws: StoreError.self) { try folder.open(limits(bytes: one / 2)).add(SpoolFolder.entry(10)) }
        #expect(error?.problem.contains("no room") == true)
        #expect(try spool.items().map(\.id) == [9, 8, 7])
    }

    @Test func theLastItemsOfARareClassGoLast() throws {
        let spool = try folder.open(limits(items: 12, rare: 2))
        // Three of twelve would be a quarter, no longer rare.
        for number in 1...12 { try spool.add(SpoolFolder.entry(number, persons: number == 2 || number == 5)) }
        for number in 13...21 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try spool.items().map(\.id) == [21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 5, 2])
        try spool.add(SpoolFolder.entry(22, persons: true))
        #expect(try spool.items().map(\.id).suffix(2) == [5, 2], "chosen before the new one counts")
        try spool.add(SpoolFolder.entry(23))
        #expect(try !spool.items().map(\.id).contains(12))
        #expect(try folder.open(limits(items: 2, rare: 2)).prune() == 10)
        #expect(try spool.items().count == 2)
    }

    @Test func onlyTheNewestOfARareClassAreKept() throws {
        let spool = try folder.open(limits(items: 12, rare: 1))
        for number in 1...12 { try spool.add(SpoolFolder.entry(number, persons: number == 1 || number == 3)) }
        try spool.add(SpoolFolder.entry(13))
        #expect(try spool.items().map(\.id).last == 2, "item 3 holds persons and is newer")
        for number in 14...30 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try spool.items().map(\.id).last == 3)
    }

    @Test func theDiskKeepsItsFreeSpace() throws {
        let spool = try folder.open(limits(free: 1_000_000))
        for number in 1...6 { try spool.add(SpoolFolder.entry(number)) }
        let one = try #require(try spool.items().first).bytes
        // Two items short.
        folder.free.freeBytes = 1_000_000 - one * 3 / 2
        try spool.add(SpoolFolder.entry(7))
        #expect(try spool.items().map(\.id) == [7, 6, 5, 4, 3])
    }

    @Test func nothingIsEvictedForADiskThatStaysTooFullAnyway() throws {
        let spool = try folder.open(limits(free: 1_000_000))
        for number in 1...3 { try spool.add(SpoolFolder.entry(number)) }
        folder.free.freeBytes = 1000
        let error = #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(4)) }
        #expect(error?.problem.contains("1000 bytes free and 1000000 must stay free") == true)
        #expect(throws: StoreError.self) { try spool.prune() }
        #expect(try spool.items().map(\.id) == [3, 2, 1] && folder.itemNames.count == 9)
        folder.free.freeBytes = .max
        #expect(try spool.add(SpoolFolder.entry(5)).id == 4)
    }

    @Test func framesGoWhereOthersHaveFilledTheDiskWholly() throws {
        let spool = try folder.open(limits(free: 1_000_000))
        for number in 1...6 { try spool.add(SpoolFolder.entry(number)) }
        let one = try #require(try spool.items().first).bytes
        folder.free.freeBytes = 1_000_000 - one * 3 / 2
        let machine = folder.free
        let removal = machine.steps + 2
        machine.watcher.withLock { $0 = { step in if step == removal { machine.freeBytes = 1 << 60 } } }
        machine.fail(after: 0, with: ENOSPC)
        try spool.add(SpoolFolder.entry(7))
        #expect(try spool.items().map(\.id) == [7, 6, 5, 4, 3])
        #expect(try spool.verify() == [] && folder.itemNames.count == 15)
    }

    /// A disk may have bytes left, and no room for another file.
    @Test func theOldestGoesWhereTheDiskTakesNoMoreFiles() throws {
        let spool = try folder.open(limits(free: 1_000_000))
        for number in 1...3 { try spool.add(SpoolFolder.entry(number)) }
        folder.free.fail(after: 2, with: ENOSPC)
        try spool.add(SpoolFolder.entry(4))
        #expect(try spool.items().map(\.id) == [4, 3, 2] && spool.verify() == [] && folder.itemNames.count == 9)
        folder.free.fail(after: 0, with: EROFS)
        #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(5)) }
        #expect(try spool.items().map(\.id) == [4, 3, 2])
    }

    @Test func lowerLimitsAreReachedByPruning() throws {
        let spool = try folder.open()
        for number in 1...6 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try folder.open(limits(items: 2)).prune() == 4)
        #expect(try spool.items().map(\.id) == [6, 5] && spool.verify() == [])
    }
}
