import NeuralNetwork
import Video

/// Where a picture lies in the one that a network sees: as large as it fits, its aspect kept, in the middle. Around it lies the
/// colour that is zero for the network.
public struct PictureFit: Sendable, Equatable {
    /// The colour around it: ImageNet's mean, which is zero for the network.
    public static let outside: [UInt8] = PictureResize.outside

    public let picture: Graph.Size
    public let network: Graph.Size
    /// Of the picture in what the network sees, in pixels.
    public let left: Int
    public let top: Int
    public let width: Int
    public let height: Int

    public init(_ picture: Graph.Size, in network: Graph.Size) {
        let scale = min(Double(network.width) / Double(picture.width), Double(network.height) / Double(picture.height))
        width = min(network.width, max(1, Int((Double(picture.width) * scale).rounded())))
        height = min(network.height, max(1, Int((Double(picture.height) * scale).rounded())))
        (left, top) = ((network.width - width) / 2, (network.height - height) / 2)
        (self.picture, self.network) = (picture, network)
    }

    /// The size of a picture that has become no larger than `limit`, its aspect kept; its own where it is no larger.
    public static func size(of picture: Graph.Size, within limit: Graph.Size) -> Graph.Size {
        guard picture.width > limit.width || picture.height > limit.height else { return picture }
        let fit = PictureFit(picture, in: limit)
        return Graph.Size(height: fit.height, width: fit.width)
    }

    /// Draws a picture as the network sees it; every pixel of the target is overwritten.
    public func draw(_ image: RGBImage, into target: RGBImage) {
        precondition(
            image.width == picture.width && image.height == picture.height && target.width == network.width
                && target.height == network.height, "pictures of other sizes")
        PictureResize(
            columns: ResizeTaps(from: picture.width, to: width, first: -left, count: network.width, isMirrored: false),
            rows: ResizeTaps(from: picture.height, to: height, first: -top, count: network.height, isMirrored: false)
        ).draw(image, into: target)
    }

    /// Brings what the network says of each of its pixels to the picture's: the nearest one's value each.
    ///
    /// Shape: network height × width, picture height × width.
    public func spread<Value>(_ values: UnsafePointer<Value>, into result: UnsafeMutablePointer<Value>) {
        let columns = Self.nearest(picture.width, first: left, count: width)
        let rows = Self.nearest(picture.height, first: top, count: height)
        for (y, row) in rows.enumerated() {
            let (from, to) = (values + row * network.width, result + y * picture.width)
            for x in 0..<columns.count { to[x] = from[columns[x]] }
        }
    }

    public func spread(_ image: GrayImage, into result: GrayImage) {
        image.bytes.withPointer { from in result.bytes.withPointer { spread(from, into: $0) } }
    }

    private static func nearest(_ size: Int, first: Int, count: Int) -> [Int] {
        (0..<size).map { first + min(count - 1, Int((Double($0) + 0.5) * Double(count) / Double(size))) }
    }
}
