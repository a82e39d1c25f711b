import RoadScenes
import Video

/// Where a frame lies in the network's picture, and which of the network's pixels show no road: margins, ignored areas, black bars.
public struct FrameView: Sendable, Equatable {
    /// Of the network's picture: what the frame fills.
    public let region: PixelRegion
    /// Not 0 where a pixel is hidden; nil where none is. Shape: the network's height × width.
    private let hidden: [UInt8]?

    /// - Parameter hidden: as long as the network's picture has pixels; nil hides none.
    package init(region: PixelRegion, hidden: [UInt8]?) {
        (self.region, self.hidden) = (region, hidden)
    }

    /// A frame that fills the network's picture, with nothing hidden.
    package static func whole(width: Int, height: Int) -> FrameView {
        FrameView(region: PixelRegion(width: width, height: height), hidden: nil)
    }

    /// Makes the hidden pixels void.
    package func hide(in classMap: GrayImage) { write(ClassSet.void, into: classMap) }

    /// Takes the confidence of the hidden pixels away.
    package func hide(inConfidence map: GrayImage) { write(0, into: map) }

    /// The frame without the margins around it, of a picture with so many bytes a pixel.
    private func crop(_ from: PixelValues<UInt8>, _ to: PixelValues<UInt8>, width: Int, bytes: Int) {
        for y in 0..<region.height {
            let (source, target) = (((region.top + y) * width + region.left) * bytes, y * region.width * bytes)
            for place in 0..<region.width * bytes { to[target + place] = from[source + place] }
        }
    }

    /// The frame without the margins around it.
    func cropped(_ picture: RGBImage) -> RGBImage {
        guard region.width < picture.width || region.height < picture.height else { return picture }
        let result = RGBImage(width: region.width, height: region.height)
        crop(picture.bytes, result.bytes, width: picture.width, bytes: 3)
        return result
    }

    /// The same of a map.
    func cropped(_ map: GrayImage) -> GrayImage {
        guard region.width < map.width || region.height < map.height else { return map }
        let result = GrayImage(width: region.width, height: region.height)
        crop(map.bytes, result.bytes, width: map.width, bytes: 1)
        return result
    }

    private func write(_ value: UInt8, into map: GrayImage) {
        guard let hidden else { return }
        precondition(map.bytes.count == hidden.count, "a map of another size")
        let bytes = map.bytes
        hidden.withUnsafeBufferPointer { hidden in
            for pixel in hidden.indices where hidden[pixel] != 0 { bytes[pixel] = value }
        }
    }
}
