import Configuration
import Foundation
import Video

/// Where the files of events go, and how many of them stay.
///
/// Threading: the recorder's thread.
final class EventShelf {
    /// As `SegmentedOutput`: a file that takes more of the size ends, so that there is something to remove.
    private static let largestPart = 4
    /// Between two looks at the limits.
    private static let lookEvery = Duration.seconds(1)

    private let file: String
    private let limits: RecordingLimits
    private let surroundings: RecordingSurroundings
    /// By ending: MP4 does not hold every codec.
    private var shelves: [String: (names: RecordingNames, shelf: RecordingShelf)] = [:]
    private var lookAt = Duration.zero
    /// Units: bytes; a file with more ends at the next key frame.
    private let mostBytes: Int?

    init(_ file: String, limits: RecordingLimits, surroundings: RecordingSurroundings) {
        (self.file, self.limits, self.surroundings) = (file, limits, surroundings)
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        // A minute of a camera may follow.
        let allowed = surroundings.largestFile(folder).map { $0 - $0 / 8 }
        mostBytes = [limits.size.map { $0 / Self.largestPart }, allowed].compactMap { $0 }.min()
    }

    /// Looks for what is there, and gives its name to what a power cut has left.
    func open() throws(LiveError) {
        for path in Set([file, (file as NSString).deletingPathExtension + ".mkv"]) {
            try shelf(of: path).shelf.tidy(current: 0, reserve: 0, keepsNewest: true)
        }
    }

    /// Looks again at the next event: what could not be completed gets its name then.
    func forget() { shelves = [:] }

    /// - Parameter created: units: seconds since 1970; of the packet.
    func make(for packet: SourcePacket, created: Double) throws(LiveError) -> PacketFile {
        try OutputFolder.make(for: file)
        let place = shelf(of: PacketFile.path(file, for: packet))
        try place.shelf.tidy(current: 0, reserve: packet.size, keepsNewest: false)
        let path = place.names.fresh(at: surroundings.now(), needsTime: true)
        return try PacketFile(path, first: packet, created: created)
    }

    func isFull(_ file: PacketFile) -> Bool { mostBytes.map { file.bytes > $0 } ?? false }

    func add(_ file: PacketFile) { shelf(of: file.path).shelf.add(file.path) }

    /// Keeps the limits while a file grows.
    func look(_ event: EventInProgress, _ now: Duration) throws(LiveError) {
        guard !limits.isEmpty, now >= lookAt, let file = event.file else { return }
        lookAt = now + Self.lookEvery
        try shelf(of: file.path).shelf.tidy(current: file.bytes, reserve: 0, keepsNewest: false)
    }

    private func shelf(of path: String) -> (names: RecordingNames, shelf: RecordingShelf) {
        let ending = (path as NSString).pathExtension
        if let found = shelves[ending] { return found }
        let names = RecordingNames((file as NSString).deletingPathExtension + "." + ending)
        let fresh = (names, RecordingShelf(names, limits: limits, surroundings: surroundings))
        shelves[ending] = fresh
        return fresh
    }
}
