import Configuration
import Files
import Foundation
import Threads
import Video

/// The finished files of a live output, oldest first; removes the oldest where there is a limit.
///
/// Nothing but files with the output's own names is ever touched.
///
/// Threading: its lane's thread.
final class RecordingShelf {
    private struct Item {
        var path: String
        /// Units: bytes.
        var size: Int
        /// Units: seconds since 1970.
        var ended: Double
    }

    /// Units: seconds since 1970, of 2020: a clock that says less has not been set, and ages by it mean nothing.
    private static let plausibleTime = 1_577_836_800.0

    /// Units: seconds that a file may be ahead of the clock, as a time zone makes it on some cards.
    private static let clockTolerance = 86_400.0

    /// Units: bytes; what is smaller and does not play has no frame yet.
    private static let header = 4096

    private let names: RecordingNames
    private let limits: RecordingLimits
    private let surroundings: RecordingSurroundings
    /// In the order in which they were recorded: those that were there by their times, then those of this run.
    private var items: [Item]

    /// Finds what is there. Recordings that a crash or a power cut has left under their temporary names get their own.
    init(_ names: RecordingNames, limits: RecordingLimits, surroundings: RecordingSurroundings) {
        (self.names, self.limits, self.surroundings) = (names, limits, surroundings)
        Self.recover(names)
        let found = (try? FileManager.default.contentsOfDirectory(atPath: names.folder)) ?? []
        items = found.filter(names.isRecording).compactMap { name in
            Self.item("\(names.folder)/\(name)", isFolder: names.areFolders)
        }
        .sorted { ($0.ended, $0.path) < ($1.ended, $1.path) }
        // What is stamped with times to come was recorded by a clock that has been set since: before all else.
        let latest = surroundings.now() + Self.clockTolerance
        items = items.filter { $0.ended > latest } + items.filter { $0.ended <= latest }
    }

    /// Units: bytes of the largest file; 0 where there is none.
    var largest: Int { items.map(\.size).max() ?? 0 }

    /// A file of this run that is complete.
    ///
    /// - Returns: Units: bytes of it, with its sidecar.
    @discardableResult func add(_ path: String) -> Int {
        guard let item = Self.item(path, isFolder: names.areFolders) else { return 0 }
        items.append(item)
        return item.size
    }

    /// Removes the oldest until the limits are kept.
    ///
    /// - Parameters:
    ///   - current: bytes of the file that is being written.
    ///   - reserve: bytes that it may grow by until this is called again.
    ///   - keepsNewest: whether the newest of the finished files stays unless it is too old: where none is being written.
    /// - Throws: where a file cannot be removed, and where nothing is left to be removed and the disk is still too full.
    func tidy(current: Int, reserve: Int, keepsNewest: Bool) throws(LiveError) {
        let fewest = keepsNewest ? 1 : 0
        if let age = limits.age, surroundings.tellsAges() {
            let now = surroundings.now()
            // One without a time holds up none behind it.
            while now >= Self.plausibleTime,
                let index = items.firstIndex(where: { $0.ended >= Self.plausibleTime && now - $0.ended > age.inSeconds })
            {
                try remove(at: index)
            }
        }
        if let size = limits.size {
            var total = items.reduce(current + reserve) { $0 + $1.size }
            while total > size, items.count > fewest {
                total -= items[0].size
                try removeOldest()
            }
        }
        if let keepFree = limits.keepFree {
            while let free = surroundings.freeBytes(names.folder), free < keepFree + reserve {
                guard items.count > fewest else {
                    throw LiveError(
                        "Nothing is recorded: the disk of \(names.folder) has \(ByteText.text(free)) free, and keep_free is "
                            + "\(ByteText.text(keepFree)).", remedy: "Make room, or lower keep_free.")
                }
                try removeOldest()
            }
        }
    }

    /// Removes the oldest where the disk takes no more files, whatever bytes it has left: small pictures use those up first.
    ///
    /// - Returns: whether it did.
    func makeRoomForFiles() throws(LiveError) -> Bool {
        guard limits.keepFree != nil else { return false }
        var hasRemoved = false
        // A recording and its sidecar; the older ones may have had none.
        for _ in 0..<2 {
            guard !items.isEmpty, let files = surroundings.freeFiles(names.folder), files < 2 else { break }
            try removeOldest()
            hasRemoved = true
        }
        return hasRemoved
    }

    private func removeOldest() throws(LiveError) { try remove(at: 0) }

    private func remove(at index: Int) throws(LiveError) {
        let item = items.remove(at: index)
        do {
            try FileManager.default.removeItem(atPath: item.path)
        } catch {
            if access(item.path, F_OK) == 0 {
                items.insert(item, at: index)
                throw LiveError(
                    "Cannot remove the old recording \(item.path): \(error.localizedDescription)",
                    remedy: "May this user write to its folder?")
            }
        }
        unlink(SidecarFile.path(for: item.path))
    }

    private static func item(_ path: String, isFolder: Bool) -> Item? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == (isFolder ? S_IFDIR : S_IFREG) else { return nil }
        var size = Int(status.st_size)
        if isFolder {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                var file = stat()
                if lstat("\(path)/\(name)", &file) == 0 { size += Int(file.st_size) }
            }
        }
        var sidecar = stat()
        if lstat(SidecarFile.path(for: path), &sidecar) == 0 { size += Int(sidecar.st_size) }
        return Item(path: path, size: size, ended: Double(status.st_mtim.tv_sec))
    }

    /// Gives what a power cut has left under temporary names its own, if there is a frame in it.
    private static func recover(_ names: RecordingNames) {
        let left = ((try? FileManager.default.contentsOfDirectory(atPath: names.folder)) ?? []).sorted().compactMap { name in
            names.partial(name).map { (path: "\(names.folder)/\(name)", partial: $0) }
        }
        // Of each recording, which of its temporary names became its own, and which are gone.
        var (taken, dropped) = ([String: String](), Set<String>())
        for (path, partial) in left where !partial.isSidecar {
            guard let size = settledSize(path) else { continue }
            if size == 0 || size < header && !holdsFrame(path) {
                unlink(path)
                dropped.insert(partial.recording + partial.mark)
            } else if rename(path, to: "\(names.folder)/\(partial.whole)") {
                taken[partial.recording] = partial.mark
            }
        }
        for (path, partial) in left where partial.isSidecar {
            guard let size = settledSize(path) else { continue }
            if size == 0 || dropped.contains(partial.recording + partial.mark) {
                unlink(path)
            } else if taken[partial.recording] ?? partial.mark == partial.mark {
                _ = rename(path, to: "\(names.folder)/\(partial.whole)")
            }
        }
    }

    /// Units: bytes of a file that nobody writes any more; nil for all else.
    private static func settledSize(_ path: String) -> Int? {
        PartialFile.isBeingWritten(path) ? nil : item(path, isFolder: false)?.size
    }

    /// Whether the name was free.
    private static func rename(_ path: String, to whole: String) -> Bool {
        access(whole, F_OK) != 0 && Glibc.rename(path, whole) == 0
    }

    /// What cannot be read now may hold one.
    private static func holdsFrame(_ recording: String) -> Bool {
        guard (try? WholeFile.read(recording, atMost: header)) != nil else { return true }
        return (try? VideoSource(recording).read(into: VideoFrame())) ?? false
    }
}
