/// A rectangle within a map. Units: pixels.
public struct PixelRegion: Sendable, Equatable {
    public let left: Int
    public let top: Int
    public let width: Int
    public let height: Int

    public init(left: Int = 0, top: Int = 0, width: Int, height: Int) {
        (self.left, self.top, self.width, self.height) = (left, top, width, height)
    }
}
