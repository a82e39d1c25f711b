/// An 8-bit single-channel picture, rows without padding: a class map, a label image or a confidence map.
///
/// Threading: one owner at a time; handing it to another thread hands over the right to touch it.
// Safe to send: the pipeline passes images by ownership.
public final class GrayImage: @unchecked Sendable {
    public let width: Int
    public let height: Int
    /// Shape: height × width bytes.
    public let bytes: PixelValues<UInt8>

    public var rowBytes: Int { width }

    public init(width: Int, height: Int, filledWith value: UInt8 = 0) {
        precondition(width > 0 && height > 0, "an image of \(width)×\(height) pixels")
        self.width = width
        self.height = height
        bytes = PixelValues<UInt8>(count: width * height, filledWith: value)
    }
}
