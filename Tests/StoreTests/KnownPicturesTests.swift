import Foundation
import RoadScenes
import Store
import Testing
import Video

/// Imports into a data set that has a picture of the same name already.
struct KnownPicturesTests {
    let folder = try! SpoolFolder()
    private var frames: String { folder.file("frames") }
    private var data: String { folder.file("data") }
    private let labels: GrayImage = {
        let labels = GrayImage(width: 16, height: 8)
        labels.bytes[3] = 1
        return labels
    }()

    private func picture(_ brightness: UInt8) -> RGBImage {
        let image = RGBImage(width: 16, height: 8)
        image.fill([brightness, brightness, brightness])
        return image
    }

    /// A folder with one labeled picture.
    private func export(_ image: RGBImage, as name: String) throws -> LabelImport.Outcome {
        try? FileManager.default.removeItem(atPath: frames)
        for part in ["images", "labels"] {
            try FileManager.default.createDirectory(atPath: "\(frames)/\(part)", withIntermediateDirectories: true)
        }
        try SpoolFolder.classes.write(to: "\(frames)/classes.yaml")
        try ImageFile.write(image, to: "\(frames)/images/\(name)")
        try ImageFile.write(labels, to: "\(frames)/labels/1.png")
        return try LabelImport(frames, frames: nil, to: data, labeledBy: "eve").run()
    }

    private func isRefused(_ outcome: LabelImport.Outcome) -> Bool {
        outcome.imported + outcome.known == 0
            && outcome.refused.first?.contains("/data/images/1.png is another picture of that name") == true
    }

    @Test func anotherPictureOfTheSameNameIsRefused() throws {
        #expect(try export(picture(10), as: "1.png") == LabelImport.Outcome(imported: 1))
        #expect(try export(picture(10), as: "1.png") == LabelImport.Outcome(known: 1))
        #expect(try isRefused(export(picture(200), as: "1.png")))
        // Labels that are nobody's do not make it theirs either.
        try ImageFile.write(GrayImage(width: 16, height: 8, filledWith: ClassSet.void), to: "\(data)/labels/1.png")
        #expect(try isRefused(export(picture(200), as: "1.png")))
        #expect(try export(picture(10), as: "1.png") == LabelImport.Outcome(imported: 1))
    }

    @Test func aPictureThatWasSavedAnewIsNoSecondOne() throws {
        _ = try export(picture(10), as: "1.png")
        #expect(try isRefused(export(picture(10), as: "1.jpg")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(data)/images") == ["1.png"])
        #expect(try Dataset(DatasetLocation(.folder, data)).items.count == 1)
    }

    @Test func whatAKillLeftIsCompletedWithItsOwnLabelsOnly() throws {
        _ = try export(picture(10), as: "1.png")
        try FileManager.default.removeItem(atPath: "\(data)/labels/1.png")
        #expect(try isRefused(export(picture(200), as: "1.png")))
        #expect(try export(picture(10), as: "1.png") == LabelImport.Outcome(imported: 1))
    }

    @Test func ofADataSetWithSplitsOneIsToBeNamed() throws {
        try FileManager.default.createDirectory(atPath: "\(data)/train/images", withIntermediateDirectories: true)
        let error = #expect(throws: StoreError.self) { try export(picture(10), as: "1.png") }
        #expect(error?.problem.contains("has splits") == true && error?.remedy.contains("/data/train") == true)
        #expect(!FileManager.default.fileExists(atPath: "\(data)/images"))
    }
}
