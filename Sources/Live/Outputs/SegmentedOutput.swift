import Foundation
import Video

/// An output that starts a new file after a while, so that a drive is not lost with its last file.
///
/// Threading: its lane's thread.
final class SegmentedOutput: FrameOutput {
    private let path: String
    private let length: Duration?
    private let make: (String, FrameSlot) throws(LiveError) -> any FrameOutput
    private var current: any FrameOutput
    private var began: Duration

    /// - Parameters:
    ///   - path: with a length, every file gets its start time before the ending; otherwise only a name already taken does.
    ///   - length: nil keeps to one file.
    init(
        _ path: String, length: Duration?, first slot: FrameSlot,
        make: @escaping (String, FrameSlot) throws(LiveError) -> any FrameOutput
    ) throws(LiveError) {
        (self.path, self.length, self.make) = (path, length, make)
        began = slot.delivered
        current = try make(Self.name(path, isSegment: length != nil), slot)
    }

    func write(_ slot: FrameSlot) throws(LiveError) {
        if let length, slot.delivered - began >= length {
            try current.close()
            began = slot.delivered
            current = try make(Self.name(path, isSegment: true), slot)
        }
        try current.write(slot)
    }

    func close() throws(LiveError) {
        try current.close()
    }

    /// A recording that is already there, or begun, is never written over: the new one gets the time, and a number if need be.
    private static func name(_ path: String, isSegment: Bool) -> String {
        if !isSegment && !isTaken(path) { return path }
        var (now, parts) = (time(nil), tm())
        localtime_r(&now, &parts)
        let stamp = String(
            format: "%04d%02d%02d-%02d%02d%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
            parts.tm_min,
            parts.tm_sec)
        let url = URL(fileURLWithPath: path)
        let stem = url.deletingPathExtension().path + "-" + stamp
        var name = "\(stem).\(url.pathExtension)"
        var number = 1
        while isTaken(name) {
            number += 1
            name = "\(stem)-\(number).\(url.pathExtension)"
        }
        return name
    }

    /// A recording that a crash has left, or that somebody else is writing, has its temporary name.
    private static func isTaken(_ path: String) -> Bool {
        [path, VideoSink.temporaryPath(for: path)].contains { FileManager.default.fileExists(atPath: $0) }
    }
}
