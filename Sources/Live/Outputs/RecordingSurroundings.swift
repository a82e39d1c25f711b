import Files
import Foundation

/// The clock and the disk as live recordings see them; tests bring their own.
///
/// Threading: any thread.
public struct RecordingSurroundings: Sendable {
    /// Units: seconds since 1970, by the wall clock: the ages of files are told by it.
    public var now: @Sendable () -> Double
    /// Units: bytes that are free on the disk of a folder; nil where that cannot be told.
    public var freeBytes: @Sendable (String) -> Int?
    /// How many more files that disk takes; nil where it does not count them.
    public var freeFiles: @Sendable (String) -> Int?

    public init(
        now: @escaping @Sendable () -> Double, freeBytes: @escaping @Sendable (String) -> Int?,
        freeFiles: @escaping @Sendable (String) -> Int? = { _ in nil }
    ) {
        (self.now, self.freeBytes, self.freeFiles) = (now, freeBytes, freeFiles)
    }

    public static let system = RecordingSurroundings(
        now: { Date().timeIntervalSince1970 },
        freeBytes: { DiskRoom.free(in: $0) }, freeFiles: { DiskRoom.files(in: $0) })
}
