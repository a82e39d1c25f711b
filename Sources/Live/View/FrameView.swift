import Overlay
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

    private func write(_ value: UInt8, into map: GrayImage) {
        guard let hidden else { return }
        precondition(map.bytes.count == hidden.count, "a map of another size")
        let bytes = map.bytes
        hidden.withUnsafeBufferPointer { hidden in
            for pixel in hidden.indices where hidden[pixel] != 0 { bytes[pixel] = value }
        }
    }
}
