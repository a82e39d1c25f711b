import Foundation
import NeuralNetwork
import RoadScenes
import Video

/// Stage 3's first half: what a bundle sees in unlabeled pictures, void where its confidence is low, as a data set on disk.
///
/// Source: section 3.4 of the paper.
public struct PseudoLabeler {
    private let bundle: ModelBundle
    private let pseudoLabel: PseudoLabel
    private let workers: WorkerPool

    /// - Parameter threshold: least confidence of a labeled pixel, 0…1; 0 labels every pixel.
    /// - Throws: where a confidence is needed and the bundle has none.
    public init(_ bundle: ModelBundle, threshold: Double, workers: WorkerPool) throws(LearningError) {
        guard bundle.auxiliaryIsTrained || threshold == 0 else {
            throw LearningError(
                "The bundle's auxiliary network is not trained: there is no confidence to choose by.",
                remedy: "Run 'camber train auxiliary'.")
        }
        self.bundle = bundle
        pseudoLabel = PseudoLabel(threshold: threshold)
        self.workers = workers
    }

    /// Writes `images/` (links), `labels/` and `classes.yaml` to a folder, which it empties first.
    ///
    /// - Parameters:
    ///   - pictures: files of any size.
    ///   - isResumed: keeps labels that are there already, as an interrupted call with the same arguments left them.
    ///   - progress: called after each picture with their number so far.
    public func label(
        _ pictures: [String], into folder: String, isResumed: Bool = false, progress: (Int) throws -> Void = { _ in }
    ) throws(LearningError) -> Dataset {
        try LearningError.wrap {
            for part in ["images", "labels"] {
                if isResumed && FileManager.default.fileExists(atPath: "\(folder)/\(part)") { continue }
                try? FileManager.default.removeItem(atPath: "\(folder)/\(part)")
                try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
            }
            try bundle.classes.write(to: "\(folder)/classes.yaml")
            var labeler: PictureLabeler?
            for (index, path) in pictures.enumerated() {
                let file = URL(fileURLWithPath: path)
                let name = String(format: "%06d-", index) + file.deletingPathExtension().lastPathComponent
                let labels = "\(folder)/labels/\(name).png"
                // The label comes last: with it, the item is whole.
                if FileManager.default.fileExists(atPath: labels) {
                    try progress(index + 1)
                    continue
                }
                let image = try ImageFile.readRGB(path)
                let size = Graph.Size(height: image.height, width: image.width)
                if labeler?.size != size {
                    labeler = try PictureLabeler(bundle, size: size, withConfidence: pseudoLabel.threshold > 0, workers: workers)
                }
                labeler!.label(image)
                let link = "\(folder)/images/\(name).\(file.pathExtension)"
                if isResumed { try? FileManager.default.removeItem(atPath: link) }
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file.standardizedFileURL.path)
                try ImageFile.write(masked(labeler!), palette: bundle.classes.palette, to: labels, sync: true)
                try progress(index + 1)
            }
            return try Dataset(DatasetLocation(.folder, folder))
        }
    }

    private func masked(_ labeler: PictureLabeler) -> GrayImage {
        let map = labeler.result.classMap
        if let confidence = labeler.confidence { pseudoLabel.write(map, confidence, into: map) }
        return map
    }
}
