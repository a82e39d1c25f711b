import Foundation
import Store
import Testing

/// Frames that wait for a person: a queue of their own beside those that are learned from.
struct UnsureQueueTests {
    let folder = try! SpoolFolder()

    private func limits(bytes: Int = .max, items: Int = .max, unsure: Int) -> SpoolLimits {
        SpoolLimits(bytes: bytes, items: items, freeBytes: 0, rareClassItems: 0, unsureItems: unsure)
    }

    @Test func itsOwnLimitHoldsAndTheLeastUnsureGoFirst() throws {
        let spool = try folder.open(limits(items: 2, unsure: 3))
        for (number, unsureness) in [0.5, 0.2, 0.9, 0.4].enumerated() {
            try spool.add(SpoolFolder.entry(number + 1, unsureness: unsureness))
        }
        for number in 5...7 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try spool.items().map(\.id) == [7, 6, 4, 3, 1])
        #expect(try spool.items().map(\.unsureness) == [nil, nil, 0.4, 0.9, 0.5])
        #expect(try spool.unsure().map(\.id) == [4, 1, 3])
        let summary = try spool.summary()
        #expect(summary.items == 2 && summary.unsure == 3 && summary.itemsPerClass == ["road": 2, "sky": 2])
        #expect(try spool.verify() == [])
    }

    @Test func aFrameThatIsNoMoreUnsureIsRefusedAndNothingIsLost() throws {
        let spool = try folder.open(limits(unsure: 2))
        for (number, unsureness) in [0.5, 0.7].enumerated() {
            try spool.add(SpoolFolder.entry(number + 1, unsureness: unsureness))
        }
        try spool.setPinned(1, true)
        let error = #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(3, unsureness: 0.7)) }
        #expect(error?.description.contains("waits for a person") == true, "\(error?.description ?? "")")
        #expect(try spool.items().map(\.id) == [2, 1] && folder.itemNames.count == 6)
        try spool.add(SpoolFolder.entry(3, unsureness: 0.8))
        #expect(try spool.items().map(\.id) == [3, 1], "the pinned one stays, though it is less unsure")
        // What is learned from is not held up by a queue that is too long.
        let narrower = try folder.open(limits(unsure: 0))
        try narrower.add(SpoolFolder.entry(4))
        #expect(try narrower.items().map(\.id) == [4, 1])
        #expect(throws: StoreError.self) { try narrower.add(SpoolFolder.entry(5, unsureness: 1)) }
    }

    @Test func bytesAreHeldByBothTogetherAndThoseForPeopleGoLast() throws {
        let one = try folder.open().add(SpoolFolder.entry(1)).bytes
        let spool = try folder.open(limits(bytes: one * 9 / 2, unsure: 2))
        try spool.add(SpoolFolder.entry(2, unsureness: 0.5))
        for number in 3...8 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try spool.items().map(\.id) == [8, 7, 6, 2])
        let tight = try folder.open(limits(bytes: one * 3 / 2, unsure: 2))
        try tight.add(SpoolFolder.entry(9))
        #expect(try tight.items().map(\.id) == [9], "there was room for one only")
    }

    @Test func theIndexIsMadeAnewWithTheQueueInIt() throws {
        let spool = try folder.open(limits(unsure: 3))
        try spool.add(SpoolFolder.entry(1, unsureness: 0.25))
        try spool.add(SpoolFolder.entry(2))
        let before = try spool.items()
        for name in try folder.names where name.hasPrefix("index") {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        #expect(try folder.open(limits(unsure: 3)).items() == before)
        #expect(try spool.prune() == 0 && spool.items() == before)
    }

    @Test func anOlderProgramTakesOnlyWhatIsLearnedFrom() throws {
        let spool = try folder.open(limits(unsure: 3))
        try spool.add(SpoolFolder.entry(1, unsureness: 0.25))
        try spool.add(SpoolFolder.entry(2))
        func format(_ file: String) throws -> Int? {
            let record = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder.file(file))))
            return (record as? [String: Any])?["format"] as? Int
        }
        #expect(try format("00000001.json") == 2 && format("00000002.json") == 1)
    }

    @Test func peopleSeeWhatWaitsForThemFirst() throws {
        let spool = try folder.open(limits(unsure: 3))
        for (number, unsureness) in [nil, 0.3, nil, 0.6].enumerated() {
            let time = Date(timeIntervalSince1970: 1_800_000_000 + Double(number) * 20)
            try spool.add(SpoolFolder.entry(number + 1, at: time, unsureness: unsureness))
        }
        #expect(try spool.items().mostUncertain(3).prefix(2).map(\.id) == [4, 2])
    }

    @Test func whatAPersonHasSeenMakesRoomFirst() throws {
        let spool = try folder.open(limits(unsure: 2))
        for (number, unsureness) in [0.9, 0.5].enumerated() {
            try spool.add(SpoolFolder.entry(number + 1, unsureness: unsureness))
        }
        try spool.setSeen(1)
        #expect(try spool.unsure().map(\.id) == [1, 2] && spool.item(1)?.isUnsure == true)
        try spool.add(SpoolFolder.entry(3, unsureness: 0.1))
        #expect(try spool.items().map(\.id) == [3, 2] && spool.verify() == [])
    }

    @Test func wrongNumbersAreRefused() throws {
        let spool = try folder.open(limits(unsure: 3))
        for unsureness in [-0.1, 1.5, .nan] {
            #expect(throws: StoreError.self) { try spool.add(SpoolFolder.entry(1, unsureness: unsureness)) }
        }
        #expect(try spool.items().isEmpty)
    }
}
