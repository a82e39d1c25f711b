import Foundation
import Learning
import RoadScenes
import Store
import SyntheticRoad
import Testing
import Video

/// Near-copies are told from other pictures of the same road.
struct PictureLikenessTests {
    private static let drives: [[RGBImage]] = ([11, 12, 13] as [UInt64]).map { seed in
        let road = SyntheticRoad(seed: seed, width: 160, height: 120)
        return (0..<4).map { number in
            let image = RGBImage(width: 160, height: 120)
            road.render(at: Double(number) * 4, into: image)
            return image
        }
    }

    private func isNear(_ first: RGBImage, _ second: RGBImage) -> Bool {
        let (one, other) = (PictureLikeness(first), PictureLikeness(second))
        #expect(one.isNearCopy(of: other) == other.isNearCopy(of: one))
        return one.isNearCopy(of: other)
    }

    private func jpeg(_ image: RGBImage, quality: Int) throws -> RGBImage {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).jpg").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try ImageFile.write(image, to: path, quality: quality)
        return try ImageFile.readRGB(path)
    }

    @Test func changedCopiesAreTheSamePicture() throws {
        for image in Self.drives.flatMap({ $0 }) {
            #expect(try isNear(image, jpeg(image, quality: 40)))
            #expect(isNear(image, image.scaled(to: 400, 300)) && isNear(image, image.scaled(to: 64, 48)))
            #expect(isNear(image, image.cropped(by: 3)))
            #expect(isNear(image, image.brightened(by: 1.2)) && isNear(image, image.brightened(by: 0.7)))
            #expect(try isNear(image, jpeg(image.cropped(by: 2).scaled(to: 320, 240).brightened(by: 1.1), quality: 70)))
        }
    }

    @Test func otherPicturesAreNot() {
        let all = Self.drives.flatMap { $0 }
        for first in all.indices {
            for second in all.indices where second > first { #expect(!isNear(all[first], all[second]), "\(first) and \(second)") }
        }
    }

    @Test func picturesWithoutAnythingInThemAreAlike() {
        let dark = RGBImage(width: 30, height: 20)
        #expect(isNear(dark, RGBImage(width: 1, height: 1)))
        #expect(!isNear(dark, Self.drives[0][0]))
    }

    @Test(arguments: [
        ("0016E5_07959", "0016e5", 7959), ("front-000123", "front", 123), ("city/ulm_000001_000019", "ulm_000001", 19),
    ])
    func namesTellDriveAndFrame(name: String, drive: String, frame: Int) throws {
        let moment = try #require(DriveMoment(name: name))
        #expect(moment.drive == drive && moment.frame == frame)
    }

    @Test(arguments: ["000123", "front", "a_1", "", "x_99999999999999999999"]) func otherNamesTellNothing(name: String) {
        #expect(DriveMoment(name: name) == nil)
    }
}
