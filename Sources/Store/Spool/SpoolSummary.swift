import Foundation

/// What the spool holds, in numbers.
public struct SpoolSummary: Sendable, Equatable, Codable {
    /// Frames to learn from.
    public var items: Int
    /// Frames that wait for a person; nil in what older versions say.
    public var unsure: Int?
    /// Units: bytes of frames and labels together.
    public var bytes: Int
    public var pinned: Int
    /// How many frames to learn from hold each class: a thousandth of their pixels at least.
    public var itemsPerClass: [String: Int]
    /// When the first and the last item by number were taken.
    public var oldest: Date?
    public var newest: Date?
}
