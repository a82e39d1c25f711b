import Configuration
import Foundation
import Video

/// An output of a camera that may start a new file after a while, so that a drive is not lost with its last file, and may keep
/// only the latest of them.
///
/// Threading: its lane's thread.
package final class SegmentedOutput: FrameOutput {
    /// Between two looks at the file and the limits.
    package static let checkEvery = Duration.seconds(1)
    /// A file ends early when it takes this part of the size that all may have: otherwise there were nothing to remove.
    private static let largestPart = 4
    /// This part of what the disk allows a file is left free for its end.
    private static let spare = 64

    private let names: RecordingNames
    private let length: Duration?
    private let limits: RecordingLimits
    /// Units: bytes that one file may have; nil where it may have any.
    private let mostBytes: Int?
    private let surroundings: RecordingSurroundings
    private let make: (String, FrameSlot) throws(LiveError) -> any FrameOutput
    private let shelf: RecordingShelf
    private var current: any FrameOutput
    private var currentPath: String
    /// Units: pixels, of the file at hand.
    private var size: (width: Int, height: Int)
    private var began: Duration
    private var checkAt: Duration
    private var bytesAtCheck = 0
    private var fastestGrowth = 0

    /// - Parameters:
    ///   - path: with a length, every file gets its start time before the ending; otherwise only a name already taken does.
    ///     Where it ends in '/', every file is a folder in it.
    ///   - length: nil keeps to one file.
    package init(
        _ path: String, length: Duration?, limits: RecordingLimits = .init(), surroundings: RecordingSurroundings = .system,
        first slot: FrameSlot, make: @escaping (String, FrameSlot) throws(LiveError) -> any FrameOutput
    ) throws(LiveError) {
        names = RecordingNames(path)
        (self.length, self.limits, self.surroundings, self.make) = (length, limits, surroundings, make)
        let allowed = names.areFolders ? nil : surroundings.largestFile(names.folder)
        mostBytes = [limits.size.map { $0 / Self.largestPart }, allowed.map { $0 - $0 / Self.spare }].compactMap { $0 }.min()
        shelf = RecordingShelf(names, limits: limits, surroundings: surroundings)
        // How fast the first file grows is not known; at most it becomes as large as another.
        let reserve = min(shelf.largest, limits.size.map { $0 / Self.largestPart } ?? .max)
        try shelf.tidy(current: 0, reserve: reserve, keepsNewest: true)
        began = slot.delivered
        size = (slot.outputWidth, slot.outputHeight)
        checkAt = slot.delivered + Self.checkEvery
        currentPath = names.fresh(at: surroundings.now(), needsTime: length != nil)
        do throws(LiveError) { current = try make(currentPath, slot) } catch {
            guard try shelf.makeRoomForFiles() else { throw error }
            current = try make(currentPath, slot)
        }
    }

    package func write(_ slot: FrameSlot) throws(LiveError) {
        let newSize = (width: slot.outputWidth, height: slot.outputHeight)
        if length.map({ slot.delivered - began >= $0 }) == true || isFull || newSize != size {
            try current.close()
            noteGrowth(shelf.add(currentPath))
            began = slot.delivered
            bytesAtCheck = 0
            size = newSize
            currentPath = names.fresh(at: surroundings.now(), needsTime: true)
            current = try make(currentPath, slot)
        }
        if slot.delivered >= checkAt { try check(slot.delivered) }
        try current.write(slot)
    }

    package func close() throws(LiveError) {
        try current.close()
        shelf.add(currentPath)
        if !limits.isEmpty { try shelf.tidy(current: 0, reserve: 0, keepsNewest: true) }
    }

    private var isFull: Bool { mostBytes.map { current.writtenBytes + fastestGrowth > $0 } ?? false }

    private func check(_ now: Duration) throws(LiveError) {
        checkAt = now + Self.checkEvery
        guard !current.isGone else {
            throw LiveError("\(currentPath) was removed or moved while it was written.", remedy: "Another one is begun.")
        }
        if limits.isEmpty && mostBytes == nil { return }
        noteGrowth(current.writtenBytes)
        // What the encoder still holds comes on top of what is seen.
        try shelf.tidy(current: bytesAtCheck, reserve: 2 * fastestGrowth, keepsNewest: false)
    }

    /// At every look, and at the end of a file, which may come between two of them.
    private func noteGrowth(_ bytes: Int) {
        fastestGrowth = max(fastestGrowth, bytes - bytesAtCheck)
        bytesAtCheck = bytes
    }
}
