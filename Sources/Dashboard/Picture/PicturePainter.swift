import RoadScenes
import Video

/// Shows confidence as the page does.
enum PicturePainter {
    /// Confidence from dark violet (none) over green to yellow (full), over a gray picture.
    static func confidence(_ picture: RGBImage, _ map: GrayImage) -> RGBImage {
        precondition(picture.width == map.width && picture.height == map.height, "a confidence map of another size")
        let painted = RGBImage(width: picture.width, height: picture.height)
        let (rgb, trust, target) = (picture.bytes, map.bytes, painted.bytes)
        for pixel in trust.indices {
            let from = pixel * 3
            let light = (Int(rgb[from]) + 2 * Int(rgb[from + 1]) + Int(rgb[from + 2])) / 4
            let color = Int(trust[pixel]) * 3
            for channel in 0..<3 { target[from + channel] = UInt8((light * 90 + Int(ramp[color + channel]) * 166) >> 8) }
        }
        return painted
    }

    /// Shape: 256 × 3. Readable for all eyes: its lightness grows evenly.
    private static let ramp: [UInt8] = {
        let stops: [[Double]] = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]
        return (0..<256).flatMap { value in
            let place = Double(value) / 255 * Double(stops.count - 1)
            let index = min(Int(place), stops.count - 2)
            let part = place - Double(index)
            return (0..<3).map { UInt8(stops[index][$0] * (1 - part) + stops[index + 1][$0] * part) }
        }
    }()
}
