/// An 8-bit RGB picture, three bytes a pixel, rows without padding.
///
/// Threading: one owner at a time; handing it to another thread hands over the right to touch it.
// Safe to send: the pipeline passes images by ownership.
public final class RGBImage: @unchecked Sendable {
    public let width: Int
    public let height: Int
    /// Shape: height × width × 3 bytes.
    public let bytes: PixelValues<UInt8>

    public var rowBytes: Int { width * 3 }

    /// Makes all of it one colour.
    ///
    /// - Parameter color: red, green, blue.
    public func fill(_ color: [UInt8]) {
        precondition(color.count == 3, "a colour of \(color.count) values")
        bytes.withPointer { start in
            for pixel in 0..<width * height {
                for channel in 0..<3 { start[pixel * 3 + channel] = color[channel] }
            }
        }
    }

    /// A black picture.
    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "an image of \(width)×\(height) pixels")
        self.width = width
        self.height = height
        bytes = PixelValues<UInt8>(count: width * height * 3, filledWith: 0)
    }
}
