import Foundation
import RoadScenes
import Video

/// Pictures of the synthetic road as a data set in a temporary folder, which goes away with it.
final class SyntheticData {
    let path: String

    init(pictures: Int, width: Int = 96, height: Int = 64, seed: UInt64 = 1) throws {
        path = NSTemporaryDirectory() + "camber-learning-\(UUID())"
        for part in ["images", "labels"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(part)", withIntermediateDirectories: true)
        }
        let road = SyntheticRoad(seed: seed, width: width, height: height)
        try ClassSet.camvid.write(to: "\(path)/classes.yaml")
        let image = RGBImage(width: width, height: height)
        let labels = GrayImage(width: width, height: height)
        for index in 0..<pictures {
            road.render(at: Double(index) * 2, into: image, labels: labels)
            try ImageFile.write(image, to: "\(path)/images/\(index).png")
            try ImageFile.write(labels, to: "\(path)/labels/\(index).png")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func dataset() throws -> Dataset { try Dataset(DatasetLocation(.folder, path)) }
}
