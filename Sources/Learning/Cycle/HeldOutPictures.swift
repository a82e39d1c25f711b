import Files
import RoadScenes
import Store
import Video

/// The pictures that a candidate is judged by, so that nothing like them is learned from.
struct HeldOutPictures {
    private struct Picture {
        let path: String
        let likeness: PictureLikeness
        let moment: DriveMoment?
    }

    private var pictures: [Picture] = []
    private var paths: [UInt64: String] = [:]

    /// - Parameter origin: what its data set says of where it was taken.
    mutating func add(_ item: Dataset.Item, _ image: RGBImage, _ origin: FrameOrigin?) {
        let moment = origin.map(DriveMoment.init) ?? DriveMoment(name: item.name)
        pictures.append(Picture(path: item.image, likeness: PictureLikeness(image), moment: moment))
        paths[Self.fingerprint(image)] = item.image
    }

    /// The number of each picture's stretch of road, in the order in which they were added.
    var stretches: [Int] {
        RoadStretches.numbers(pictures.map(\.moment)) { pictures[$0].likeness.isNearCopy(of: pictures[$0 - 1].likeness) }
    }

    /// The held-out picture with exactly these pixels.
    func same(as image: RGBImage) -> String? { paths[Self.fingerprint(image)] }

    /// Why a picture must not be learned from; nil where nothing speaks against it.
    func refusal(of image: RGBImage, taken moment: DriveMoment?) -> String? {
        if let moment, let near = pictures.first(where: { picture in picture.moment.map { moment.isNear($0) } ?? false }) {
            return "it was taken within seconds of the held-out \(near.path)"
        }
        let likeness = PictureLikeness(image)
        return pictures.first { $0.likeness.isNearCopy(of: likeness) }.map { "it is nearly the held-out \($0.path)" }
    }

    /// Of a picture's size and pixels.
    private static func fingerprint(_ image: RGBImage) -> UInt64 {
        var checksum = Checksum()
        checksum.combine(UInt32(image.width))
        checksum.combine(image.bytes)
        return checksum.state
    }
}
