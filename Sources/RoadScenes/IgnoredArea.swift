import Errors
import Foundation
import Video

/// A part of the camera's picture that shows no road, such as the own bonnet: a polygon, or the pixels of a mask picture that are
/// neither black nor transparent.
public struct IgnoredArea: Sendable, Equatable {
    /// A corner, or a point of the frame: 0…1 from its left and its upper edge.
    public struct Point: Sendable, Equatable {
        public var x: Double
        public var y: Double

        public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
    }

    private enum Shape: Sendable, Equatable {
        case polygon([Point])
        /// Not 0 where a pixel is ignored. Shape: height × width.
        case mask(pixels: [UInt8], width: Int, height: Int)
    }

    private let shape: Shape

    /// - Parameter text: the corners of a polygon, such as `0,85 100,85 100,100 0,100`, in percent of the width and of the height; or
    ///   the path of a picture.
    /// - Parameter resolve: makes a path of what the text names.
    /// - Throws: where it is neither, or the picture cannot be read.
    public init(_ text: String, resolve: (String) -> String = { $0 }) throws(CamberError) {
        if let corners = Self.corners(text) {
            guard corners.count >= 3 else {
                throw CamberError("'\(text)' has \(corners.count) corners.", remedy: "An area has at least three.")
            }
            guard corners.allSatisfy({ (0...1).contains($0.x) && (0...1).contains($0.y) }) else {
                throw CamberError("'\(text)' reaches beyond the picture.", remedy: "Corners are percents from 0,0 to 100,100.")
            }
            shape = .polygon(corners)
            return
        }
        guard ["png", "bmp", "jpg", "jpeg"].contains(URL(fileURLWithPath: text).pathExtension.lowercased()) else {
            throw CamberError(
                "'\(text)' is no area to ignore.",
                remedy:
                    "Give corners in percent of the picture, such as 0,85 100,85 100,100 0,100, or a picture that is black where the road is."
            )
        }
        shape = try Self.mask(resolve(text))
    }

    private static func mask(_ path: String) throws(CamberError) -> Shape {
        // What was rubbed out shows nothing, whatever lies below.
        let (image, opacity) = try ImageFile.readRGBWithOpacity(path)
        let bytes = image.bytes
        // A mask that was saved as JPEG is not quite black.
        let pixels: [UInt8] = (0..<image.width * image.height).map {
            max(bytes[$0 * 3], bytes[$0 * 3 + 1], bytes[$0 * 3 + 2]) > 32 && opacity?.bytes[$0] != 0 ? 1 : 0
        }
        guard pixels.contains(1) else {
            throw CamberError(
                "\(path) is black or transparent everywhere, so nothing would be ignored.",
                remedy: "What shows no road is white in it, or of any other colour.")
        }
        return .mask(pixels: pixels, width: image.width, height: image.height)
    }

    /// Nil where the text is no list of corners.
    private static func corners(_ text: String) -> [Point]? {
        let points = text.split(whereSeparator: \.isWhitespace).map { point -> Point? in
            let parts = point.split(separator: ",", omittingEmptySubsequences: false).map {
                Double($0.hasSuffix("%") ? $0.dropLast() : $0)
            }
            guard parts.count == 2, let x = parts[0], let y = parts[1], x.isFinite, y.isFinite else { return nil }
            return Point(x: x / 100, y: y / 100)
        }
        return points.isEmpty || points.contains(nil) ? nil : points.compactMap(\.self)
    }

    package func contains(_ point: Point) -> Bool {
        switch shape {
        case .mask(let pixels, let width, let height):
            let (x, y) = (min(width - 1, Int(point.x * Double(width))), min(height - 1, Int(point.y * Double(height))))
            return pixels[y * width + x] != 0
        case .polygon(let corners):
            // A ray to the right crosses the edge an odd number of times.
            var isInside = false
            var last = corners[corners.count - 1]
            for corner in corners {
                if (corner.y > point.y) != (last.y > point.y),
                    point.x < (last.x - corner.x) * (point.y - corner.y) / (last.y - corner.y) + corner.x
                {
                    isInside.toggle()
                }
                last = corner
            }
            return isInside
        }
    }
}
