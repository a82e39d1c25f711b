import Foundation
import RoadScenes
import SyntheticRoad
import Video

/// Pictures of the synthetic road as a data set in a temporary folder, which goes away with it.
final class SyntheticData {
    let path: String

    /// - Parameters:
    ///   - pictures: of each drive, some seconds apart.
    ///   - drives: with seeds counting up from `seed`.
    init(
        pictures: Int, drives: Int = 1, width: Int = 96, height: Int = 64, seed: UInt64 = 1,
        conditions: RoadConditions = RoadConditions()
    ) throws {
        path = NSTemporaryDirectory() + "camber-learning-\(UUID())"
        for part in ["images", "labels"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(part)", withIntermediateDirectories: true)
        }
        try ClassSet.camvid.write(to: "\(path)/classes.yaml")
        let image = RGBImage(width: width, height: height)
        let labels = GrayImage(width: width, height: height)
        for drive in 0..<drives {
            let road = SyntheticRoad(seed: seed + UInt64(drive), conditions: conditions, width: width, height: height)
            for index in 0..<pictures {
                road.render(at: Double(index) * 2, into: image, labels: labels)
                try ImageFile.write(image, to: "\(path)/images/\(drive * pictures + index).png")
                try ImageFile.write(labels, to: "\(path)/labels/\(drive * pictures + index).png")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func dataset() throws -> Dataset { try Dataset(DatasetLocation(.folder, path)) }
}
