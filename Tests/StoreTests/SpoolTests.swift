import Foundation
import RoadScenes
import Store
import Testing
import Video

/// What goes into the spool comes back, and what the files tell outlives the index.
struct SpoolTests {
    let folder = try! SpoolFolder()

    @Test func anItemComesBackWithItsPicturesAndAllThatIsKnownOfIt() throws {
        let spool = try folder.open()
        let entry = SpoolFolder.entry(7, persons: true)
        let item = try spool.add(entry)
        #expect(item.id == 1 && item.source == "camera 1" && item.frameNumber == 7 && item.time == entry.time)
        #expect(item.model == "0123456789abcdef" && item.threshold == 0.7 && item.selectedRatio == 5.0 / 6 && !item.isPinned)
        #expect(item.classNames == ["road", "sky", "person"])
        let labels = Array(entry.labels.bytes)
        #expect(item.classPixels == (0..<3).map { value in labels.count { $0 == value } })
        #expect(item.classShares["person"] == Double(8 * 32) / (48 * 32))
        let back = try ImageFile.readGray(item.labelPath)
        #expect(Array(back.bytes) == labels)
        let colours = try ImageFile.readRGB(item.labelPath)
        #expect(Array(colours.bytes[8 * 3..<8 * 3 + 3]) == [220, 20, 60], "the palette is the classes'")
        let frame = try ImageFile.readRGB(item.framePath)
        #expect(frame.width == 48 && frame.height == 32)
        let sizes = try [item.framePath, item.labelPath].map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }
        #expect(item.bytes == sizes.reduce(0, +))
        #expect(try spool.items() == [item] && spool.item(1) == item && spool.item(2) == nil)
        #expect(try folder.itemNames == ["00000001-frame.jpg", "00000001-label.png", "00000001.json"])
        #expect(try folder.open().items() == [item], "for the next one who opens it")
    }

    @Test func theFrameBeforeComesBackToo() throws {
        var entry = SpoolFolder.entry(1)
        entry.before = SpoolFolder.entry(2).frame
        let spool = try folder.open()
        let item = try spool.add(entry)
        try spool.add(SpoolFolder.entry(3))
        #expect(try folder.itemNames.filter { $0.hasPrefix("00000001") }.count == 4)
        let path = try #require(item.beforePath)
        #expect(try ImageFile.readRGB(path).width == 48)
        let sizes = try [item.framePath, item.labelPath, path].map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }
        #expect(item.bytes == sizes.reduce(0, +))
        #expect(try folder.open().item(1) == item && folder.open().item(2)?.beforePath == nil, "by the index")
        for name in try folder.names where name.hasPrefix("index") {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        #expect(try folder.open().item(1) == item, "by the record")
        try Data("else".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try spool.verify().map(\.path) == [path])
        try spool.delete(1)
        #expect(try folder.itemNames.allSatisfy { $0.hasPrefix("00000002") })
        entry.before = RGBImage(width: 24, height: 32)
        #expect(throws: StoreError.self) { try spool.add(entry) }
    }

    @Test(arguments: [ClockDoubt.unset, .unsynchronized, nil])
    func whetherTheClockWasRightStaysWithTheFrame(_ doubt: ClockDoubt?) throws {
        var entry = SpoolFolder.entry(1, at: Date(timeIntervalSince1970: 20))
        entry.clock = doubt
        let item = try folder.open().add(entry)
        #expect(item.clock == doubt)
        #expect(try folder.open().items() == [item], "by the index")
        let record = try String(contentsOfFile: folder.file("00000001.json"), encoding: .utf8)
        #expect(record.contains("\"clock\" : \"\(doubt?.rawValue ?? "")\"") == (doubt != nil))
        for name in try folder.names where name.hasPrefix("index") {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        #expect(try folder.open().items() == [item], "by the record")
        let out = folder.path + "-out"
        defer { try? FileManager.default.removeItem(atPath: out) }
        _ = try SpoolExport([item], of: folder.open(), to: out, as: .coco).run()
        #expect(try FrameOrigin.read(out).values.map(\.clock) == [doubt], "in what is exported")
    }

    @Test func anIndexOfTheLastVersionIsMadeAnew() throws {
        let item = try folder.open().add(SpoolFolder.entry(1))
        for name in ["index.sqlite-wal", "index.sqlite-shm"] { try? FileManager.default.removeItem(atPath: folder.file(name)) }
        let index = URL(fileURLWithPath: folder.file("index.sqlite"))
        var bytes = try Data(contentsOf: index)
        // SQLite's 'user_version', the last byte of it.
        bytes[63] = 1
        try bytes.write(to: index)
        let spool = try folder.open()
        #expect(try spool.items() == [item])
        #expect(try spool.add(SpoolFolder.entry(2)).id == 2)
    }

    @Test func theSummaryAndTheSignaturesCoverWhatIsThere() throws {
        let spool = try folder.open()
        #expect(try spool.summary().items == 0 && spool.summary().oldest == nil)
        var bytes = 0
        for number in 1...3 {
            let time = Date(timeIntervalSince1970: Double(1000 - number))
            bytes += try spool.add(SpoolFolder.entry(number, persons: number == 2, at: time)).bytes
        }
        try spool.setPinned(3, true)
        let summary = try spool.summary()
        #expect(summary.items == 3 && summary.bytes == bytes && summary.pinned == 1)
        #expect(summary.itemsPerClass == ["road": 3, "sky": 3, "person": 1])
        #expect(summary.oldest == Date(timeIntervalSince1970: 999) && summary.newest == Date(timeIntervalSince1970: 997))
        #expect(try spool.signatures().map { $0[0] } == [3, 2, 1])
    }

    @Test(arguments: ["deleted", "overwritten", "truncated", "scrambled", "emptied of tables"])
    func anIndexThatIsLostOrDamagedIsMadeOfTheFiles(_ damage: String) throws {
        let spool = try folder.open()
        for number in 1...4 { try spool.add(SpoolFolder.entry(number)) }
        try spool.setPinned(2, true)
        try spool.delete(1)
        let items = try spool.items()
        // Puts all into the one file that is damaged.
        let index = URL(fileURLWithPath: folder.file("index.sqlite"))
        for name in ["index.sqlite-wal", "index.sqlite-shm"] { try? FileManager.default.removeItem(atPath: folder.file(name)) }
        var bytes = try Data(contentsOf: index)
        switch damage {
        case "deleted": try FileManager.default.removeItem(at: index)
        case "overwritten": try Data(repeating: 7, count: 9000).write(to: index)
        case "truncated": try bytes.prefix(bytes.count / 2 + 100).write(to: index)
        case "scrambled":
            for position in stride(from: 100, to: bytes.count, by: 3) { bytes[position] ^= 0x5a }
            try bytes.write(to: index)
        default: try Data().write(to: index)
        }
        #expect(try spool.items() == items, "for who had it open")
        #expect(try folder.open().items() == items)
        #expect(try folder.open().verify() == [])
        #expect(try spool.add(SpoolFolder.entry(5)).id == 5)
        #expect(try folder.open().items().map(\.id) == [5, 4, 3, 2])
    }

    @Test func anIndexThatIsTornUnderAnOpenSpoolIsMadeAnew() throws {
        let spool = try folder.open()
        for number in 1...40 { try spool.add(SpoolFolder.entry(number)) }
        // In place, so that the file stays the one that was opened.
        for name in ["index.sqlite", "index.sqlite-wal"] where FileManager.default.fileExists(atPath: folder.file(name)) {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file(name)))
            try handle.seek(toOffset: 50)
            try handle.write(contentsOf: Data(repeating: 0xaa, count: 30000))
            try handle.close()
        }
        #expect(try spool.add(SpoolFolder.entry(41)).id == 41)
        #expect(try spool.items().count == 41)
        #expect(try folder.open().verify() == [])
    }

    @Test func numbersGrowAndOrderWhateverTheClockDoes() throws {
        let spool = try folder.open(SpoolLimits(bytes: .max, items: 3, freeBytes: 0, rareClassItems: 0))
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        for number in 1...3 { try spool.add(SpoolFolder.entry(number, at: start + Double(number))) }
        // A year back: what is older by the clock is the newest.
        for number in 4...5 { try spool.add(SpoolFolder.entry(number, at: start - 365 * 86400 + Double(number))) }
        #expect(try spool.items().map(\.frameNumber) == [5, 4, 3])
        try spool.delete(5)
        #expect(try spool.add(SpoolFolder.entry(6)).id == 6, "a number is given once")
    }

    @Test func strayAndHalfWrittenFilesGoAndOthersStay() throws {
        let spool = try folder.open()
        try spool.add(SpoolFolder.entry(1))
        for name in [
            "partial-00000002-frame.jpg", "partial-00000002-frame.jpg.12-1.partial", "00000002-frame.jpg", "00000003-label.png",
        ] { try Data("half".utf8).write(to: URL(fileURLWithPath: folder.file(name))) }
        let others = ["notes.txt", "000000004-frame.jpg", "00000000-frame.jpg", "x0000001-label.png", "0000000１-label.png"]
        for name in others { try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.file(name))) }
        #expect(try spool.verify().map(\.kind) == [.stray, .stray, .stray, .stray])
        try folder.open().settle()
        #expect(try folder.open().verify() == [])
        let whole = ["00000001-frame.jpg", "00000001-label.png", "00000001.json"]
        #expect(try Set(folder.itemNames) == Set(whole + others))
    }

    @Test func recordsThatCannotBeBelievedAreNotItems() throws {
        let spool = try folder.open()
        for number in 1...3 { try spool.add(SpoolFolder.entry(number)) }
        let record = try String(contentsOfFile: folder.file("00000003.json"), encoding: .utf8)
        for (name, text) in [
            ("00000002.json", "{"), ("00000009.json", record), ("99999999.json", record),
            ("00000003.json", record.replacing("\"width\" : 48", with: "\"width\" : 4800000000000")),
        ] { try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8) }
        let again = try folder.open()
        #expect(try again.items().map(\.id) == [1])
        #expect(try again.verify().map(\.kind) == [.unreadable, .unreadable, .unreadable, .unreadable])
        #expect(try again.add(SpoolFolder.entry(4)).id == 4)
        #expect(try again.prune() == 4)
        #expect(try again.verify() == [] && again.items().map(\.id) == [4, 1])
    }

    @Test func filesThatWereChangedAreFoundAndPruned() throws {
        let spool = try folder.open()
        for number in 1...5 { try spool.add(SpoolFolder.entry(number)) }
        var frame = try Data(contentsOf: URL(fileURLWithPath: folder.file("00000001-frame.jpg")))
        frame[frame.count / 2] ^= 1
        try frame.write(to: URL(fileURLWithPath: folder.file("00000001-frame.jpg")))
        let label = try Data(contentsOf: URL(fileURLWithPath: folder.file("00000002-label.png")))
        try label.prefix(label.count - 1).write(to: URL(fileURLWithPath: folder.file("00000002-label.png")))
        try FileManager.default.removeItem(atPath: folder.file("00000003-frame.jpg"))
        try FileManager.default.removeItem(atPath: folder.file("00000004-label.png"))
        try FileManager.default.createDirectory(atPath: folder.file("00000004-label.png"), withIntermediateDirectories: false)
        let findings = try spool.verify()
        #expect(findings.map(\.id) == [1, 2, 3, 4] && findings.map(\.kind) == [.changed, .changed, .missing, .changed])
        #expect(findings[0].path == folder.file("00000001-frame.jpg") && findings[1].problem.contains("\(label.count) were"))
        try FileManager.default.removeItem(atPath: folder.file("00000004-label.png"))
        #expect(try spool.prune() == 4)
        #expect(try spool.verify() == [] && spool.items().map(\.id) == [5])
    }

    @Test func entriesThatMakeNoSenseAreRefused() throws {
        let spool = try folder.open()
        func problem(_ change: (inout SpoolEntry) -> Void) -> String {
            var entry = SpoolFolder.entry(1)
            change(&entry)
            return #expect(throws: StoreError.self) { try spool.add(entry) }?.problem ?? ""
        }
        #expect(problem { $0.labels = GrayImage(width: 48, height: 31) } == "A frame of 48×32 has labels of 48×31 pixels.")
        #expect(problem { $0.labels.bytes[3] = 3 } == "A label is 3, but there are 3 classes.")
        #expect(problem { $0.threshold = .nan }.contains("threshold nan"))
        #expect(problem { $0.selectedRatio = 1.5 }.contains("1.5"))
        #expect(try folder.itemNames == [] && spool.items() == [])
    }
}
