import NeuralNetwork
import Overlay
import RoadScenes
import Video

/// Draws frames as the network sees them: as large as they fit, their aspect kept, and says what of that shows no road.
///
/// Threading: the reader's thread.
package final class FrameFitting {
    /// Frames that fill all but so little of a side are stretched over it: nobody sees that, and margins cost time.
    private static let tolerance = 0.04

    private let width: Int
    private let height: Int
    private let ignored: [IgnoredArea]
    /// Of the frames so far, which all have one shape.
    private var bars = BlackBars()
    private var shape: (width: Int, height: Int, aspect: Rational)?
    private var view: FrameView
    private var scratch: RGBImage?

    /// - Parameters:
    ///   - width, height: of the network's picture.
    package init(width: Int, height: Int, ignored: [IgnoredArea]) {
        (self.width, self.height, self.ignored) = (width, height, ignored)
        view = .whole(width: width, height: height)
    }

    /// Draws the source's frame into the network's picture.
    ///
    /// - Parameters:
    ///   - size: the frame's, in its pixels.
    ///   - aspect: of its pixels, width to height.
    package func draw(
        _ source: any FrameSource, _ size: (width: Int, height: Int), aspect: Rational, into picture: RGBImage
    ) throws(LiveError) -> FrameView {
        if shape.map({ ($0.width, $0.height) == size && $0.aspect == aspect }) != true {
            shape = (size.width, size.height, aspect)
            bars = BlackBars()
            view = makeView(region(size, aspect))
        }
        try draw(source, view.region, into: picture)
        if bars.look(at: picture, view.region) { view = makeView(view.region) }
        return view
    }

    private func draw(_ source: any FrameSource, _ region: PixelRegion, into picture: RGBImage) throws(LiveError) {
        guard region != PixelRegion(width: width, height: height) else { return try source.draw(into: picture) }
        if scratch?.width != region.width || scratch?.height != region.height {
            scratch = RGBImage(width: region.width, height: region.height)
        }
        let drawn = scratch!
        try source.draw(into: drawn)
        picture.fill(PictureFit.outside)
        picture.bytes.withPointer { to in
            drawn.bytes.withPointer { from in
                for y in 0..<region.height {
                    (to + ((region.top + y) * width + region.left) * 3)
                        .update(from: from + y * region.width * 3, count: region.width * 3)
                }
            }
        }
    }

    private func region(_ size: (width: Int, height: Int), _ aspect: Rational) -> PixelRegion {
        let shown = Graph.Size(
            height: max(1, size.height), width: max(1, Int(nearest: Double(size.width) * (aspect.value > 0 ? aspect.value : 1))))
        let fit = PictureFit(shown, in: Graph.Size(height: height, width: width))
        let isWhole =
            Double(width - fit.width) <= Self.tolerance * Double(width)
            && Double(height - fit.height) <= Self.tolerance * Double(height)
        return isWhole
            ? PixelRegion(width: width, height: height)
            : PixelRegion(left: fit.left, top: fit.top, width: fit.width, height: fit.height)
    }

    private func makeView(_ region: PixelRegion) -> FrameView {
        var hidden = [UInt8](repeating: 1, count: width * height)
        for y in bars.top..<region.height - bars.bottom {
            for x in bars.left..<region.width - bars.right {
                let point = IgnoredArea.Point(
                    x: (Double(x) + 0.5) / Double(region.width), y: (Double(y) + 0.5) / Double(region.height))
                if ignored.contains(where: { $0.contains(point) }) { continue }
                hidden[(region.top + y) * width + region.left + x] = 0
            }
        }
        return FrameView(region: region, hidden: hidden.contains(1) ? hidden : nil)
    }
}
