import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing
import Video

/// Pictures that no network can look at.
@Suite final class SmallPicturesTests {
    private let folder = NSTemporaryDirectory() + "camber-small-\(UUID())"

    init() throws {
        for part in ["images", "labels"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        try ClassSet.camvid.write(to: folder + "/classes.yaml")
        try ImageFile.write(RGBImage(width: 3, height: 16), to: folder + "/images/tiny.png")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func theyAreLeftOutAndNamed() throws {
        try ImageFile.write(RGBImage(width: 160, height: 8), to: folder + "/images/wide.png")
        func read(_ limit: Graph.Size?) throws -> (names: [String], remarks: [String]) {
            var (names, remarks): ([String], [String]) = ([], [])
            try UnlabeledPictures([folder + "/images"], limit: limit).forEach { _, _ in
                true
            } remark: {
                remarks.append($0.text)
            } _: { _, picture in
                names.append(picture.name)
            }
            return (names, remarks)
        }
        let all = try read(nil)
        #expect(all.names == ["wide"] && all.remarks.count == 1)
        #expect(all.remarks.first?.contains("tiny.png is too small: a network would see 3×16 pixels") == true)
        #expect(try read(Graph.Size(height: 32, width: 32)).names.isEmpty, "made smaller, the wide one is too small too")
    }

    @Test func anEvaluationNamesThem() throws {
        try ImageFile.write(GrayImage(width: 3, height: 16), to: folder + "/labels/tiny.png")
        let bundle = try ModelBundle(
            classes: .camvid, inputSize: Graph.Size(height: 32, width: 48),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: 11), seed: 1))
        let set = try TrainingSet([Dataset(DatasetLocation(.folder, folder))])
        let error = #expect(throws: LearningError.self) { try Evaluation(bundle, on: set, workers: WorkerPool(threads: 1)) }
        #expect(error?.problem.contains("images/tiny.png") == true && error?.problem.contains("3×16") == true)
    }
}
