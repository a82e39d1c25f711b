import Foundation
import RoadScenes
import Store
import Testing
import Video

/// Frames as large as the camera gave them, kept beside what the network saw for people to label.
struct OriginalFrameTests {
    let folder = try! SpoolFolder()
    let dataset = try! SpoolFolder()

    @Test func anOriginalIsKeptCheckedAndEvictedWithItsItem() throws {
        let spool = try folder.open(SpoolLimits(bytes: .max, items: 2, freeBytes: 0, rareClassItems: 0))
        let plain = try spool.add(SpoolFolder.entry(1))
        let item = try spool.add(SpoolFolder.entry(1, withOriginal: true))
        let original = try #require(item.original)
        #expect(plain.original == nil && item.bytes > plain.bytes && (original.width, original.height) == (144, 96))
        #expect(try spool.item(2) == item && spool.verify() == [])
        #expect(try ImageFile.readRGB(original.path).width == 144 && ImageFile.readRGB(item.framePath).width == 48)
        // The index is made of the records alone.
        for name in try folder.names where name.hasPrefix("index") {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        #expect(try folder.open().item(2) == item)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: original.path))
        #expect(try spool.verify().map(\.path) == [original.path])
        for number in 3...4 { try spool.add(SpoolFolder.entry(number)) }
        #expect(try folder.itemNames.filter { $0.contains("original") } == [])
    }

    @Test(arguments: ExchangeFormat.allCases) func peopleGetTheLargeFrameWithLabelsOfItsSize(_ format: ExchangeFormat) throws {
        let spool = try folder.open()
        try spool.add(SpoolFolder.entry(1, withOriginal: true))
        let out = folder.file("out")
        let result = try SpoolExport(spool.items(), of: spool, to: out, as: format).run()
        #expect(result.frames == 1 && result.leftOut == [])
        let pictures = try FileManager.default.contentsOfDirectory(atPath: out + "/images")
        #expect(try ImageFile.readRGB(out + "/images/" + #require(pictures.first)).height == 96)
        guard format == .folder else { return }
        let labels = try ImageFile.readGray(out + "/labels/" + #require(pictures.first?.replacing(".jpg", with: ".png")))
        let small = try ImageFile.readGray(#require(try spool.items().first).labelPath)
        #expect((labels.width, labels.height) == (144, 96))
        let isTheSame = (0..<96 * 144).allSatisfy { place in
            let (row, column) = (place / 144 / 3, place % 144 / 3)
            return labels.bytes[place] == small.bytes[row * 48 + column]
        }
        #expect(isTheSame)
        let outcome = try LabelImport(out, frames: nil, to: dataset.file("human"), labeledBy: "eve").run()
        #expect(outcome.imported == 1 && outcome.refused == [])
    }

    /// Image editors put palettes into another order, and write colours; training reads both.
    @Test(arguments: [true, false]) func whatAnEditorHasSavedIsReadByItsColours(hasPalette: Bool) throws {
        let spool = try folder.open()
        let item = try spool.add(SpoolFolder.entry(1, withOriginal: true))
        let human = HumanDataset(dataset.file("human"))
        let labels = GrayImage(width: 48, height: 32)
        for index in labels.bytes.indices { labels.bytes[index] = index % 48 < 20 ? 0 : 1 }
        let drawn = Array(labels.bytes)
        try human.save(labels, of: item, in: spool, by: "eve")

        let file = dataset.file("human/labels/\(item.exchangeName).png")
        let (saved, classes) = (try ImageFile.readGray(file), SpoolFolder.classes)
        if hasPalette {
            for index in saved.bytes.indices { saved.bytes[index] = 1 - saved.bytes[index] }
            try ImageFile.write(saved, palette: classes.members[1].color + classes.members[0].color, to: file)
        } else {
            let colors = RGBImage(width: saved.width, height: saved.height)
            for index in colors.bytes.indices {
                colors.bytes[index] = classes.members[Int(saved.bytes[index / 3])].color[index % 3]
            }
            try ImageFile.write(colors, to: file)
        }
        let shown = try #require(try human.labels(of: item))
        #expect(Array(shown.bytes) == drawn)
        // What was not touched stays what it was.
        shown.bytes[0] = 1
        try human.save(shown, of: item, in: spool, by: "eve")
        let again = Array(try #require(try human.labels(of: item)).bytes)
        #expect(again[0] == 1 && again.dropFirst() == drawn.dropFirst())
    }

    @Test func whatIsLabeledOnThePageFitsTheLargePicture() throws {
        let spool = try folder.open()
        let item = try spool.add(SpoolFolder.entry(1, withOriginal: true))
        let human = HumanDataset(dataset.file("human"))
        let labels = GrayImage(width: 48, height: 32)
        for index in labels.bytes.indices { labels.bytes[index] = index % 48 < 20 ? 0 : 255 }
        let drawn = Array(labels.bytes)
        try human.save(labels, of: item, in: spool, by: "eve")
        let data = try Dataset(DatasetLocation(.folder, dataset.file("human")))
        let sample = try data.load(#require(data.items.first))
        #expect(
            sample.image.width == 144 && sample.labels.width == 144 && sample.labels.bytes[59] == 0
                && sample.labels.bytes[60] == 255)
        #expect(try Array(#require(try human.labels(of: item)).bytes) == drawn)
        // One stroke on the page leaves what was drawn more finely elsewhere.
        let fine = try ImageFile.readGray(#require(data.items.first).labels)
        fine.bytes[144 * 95 + 143] = 2
        try ImageFile.png(fine, palette: SpoolFolder.classes.palette).withUnsafeBytes {
            try Data($0).write(to: URL(fileURLWithPath: #require(data.items.first).labels))
        }
        for index in labels.bytes.indices { labels.bytes[index] = drawn[index] }
        labels.bytes[0] = 1
        try human.save(labels, of: item, in: spool, by: "eve")
        let again = try data.load(#require(data.items.first)).labels
        #expect(again.bytes[0] == 1 && again.bytes[144 * 2 + 2] == 1 && again.bytes[3] == 0 && again.bytes[144 * 95 + 143] == 2)
        // What is learned from is as large as the network sees it.
        let learned = try data.within(.init(height: 32, width: 48)).load(#require(data.items.first))
        #expect((learned.image.width, learned.image.height) == (48, 32) && Array(learned.labels.bytes) == [1] + drawn.dropFirst())
    }
}
