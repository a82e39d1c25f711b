import CLinux
import Files
import Foundation
import Threads

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
    /// Units: bytes that one file of a folder may have; nil where it may have any.
    public var largestFile: @Sendable (String) -> Int?
    /// Whether ages can be told by `now`.
    public var tellsAges: @Sendable () -> Bool

    public init(
        now: @escaping @Sendable () -> Double, freeBytes: @escaping @Sendable (String) -> Int?,
        freeFiles: @escaping @Sendable (String) -> Int? = { _ in nil },
        largestFile: @escaping @Sendable (String) -> Int? = { _ in nil }, tellsAges: @escaping @Sendable () -> Bool = { true }
    ) {
        (self.now, self.freeBytes, self.freeFiles) = (now, freeBytes, freeFiles)
        (self.largestFile, self.tellsAges) = (largestFile, tellsAges)
    }

    /// On FAT, which cards come with, 4 GB less one; elsewhere what `ulimit -f` says.
    private static func fileLimit(in folder: String) -> Int? {
        var limit = rlimit()
        let known = getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0
        let most = min(camber_is_on_fat(folder) != 0 ? UInt64(UInt32.max) : .max, known ? UInt64(limit.rlim_cur) : .max)
        return most < UInt64(Int.max) ? Int(most) : nil
    }

    private static let ageClock = AgeClock()

    public static let system = RecordingSurroundings(
        now: { Date().timeIntervalSince1970 },
        freeBytes: { DiskRoom.free(in: $0) }, freeFiles: { DiskRoom.files(in: $0) },
        largestFile: { Self.fileLimit(in: $0) },
        tellsAges: {
            Self.ageClock.isTrusted(wall: Date().timeIntervalSince1970, steady: MonotonicClock.now + MonotonicClock.slept)
        })
}
