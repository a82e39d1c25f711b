import Foundation
import Threads
import Video

/// The names that a live output gives its files: `front-20261127-140530.mp4` for `front.mp4`, and for a folder of pictures
/// `20261127-140530/` in it.
struct RecordingNames {
    let folder: String
    /// What stands before the time.
    private let stem: String
    /// With its dot; empty for folders.
    private let ending: String
    private let path: String

    /// - Parameter path: ends in '/' for a folder of pictures.
    init(_ path: String) {
        self.path = path
        let url = URL(fileURLWithPath: path)
        if path.hasSuffix("/") {
            (folder, stem, ending) = (url.path, "", "")
        } else {
            folder = url.deletingLastPathComponent().path
            stem = url.deletingPathExtension().lastPathComponent + "-"
            ending = "." + url.pathExtension
        }
    }

    var areFolders: Bool { ending.isEmpty }

    /// A name that nothing has had: what is already there, or begun, is never written over. It has the time, and a number if
    /// need be.
    ///
    /// - Parameter needsTime: where false, the plain name will do as long as it is free.
    func fresh(at seconds: Double, needsTime: Bool) -> String {
        if !needsTime, !areFolders, !isTaken(path) { return path }
        let parts = LocalTime.parts(of: time_t(min(max(seconds, 0), 4e11)))
        let stamp = String(
            format: "%04d%02d%02d-%02d%02d%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
            parts.tm_min, parts.tm_sec)
        var name = "\(folder)/\(stem)\(stamp)\(ending)"
        var number = 1
        while isTaken(name) {
            number += 1
            name = "\(folder)/\(stem)\(stamp)-\(number)\(ending)"
        }
        return areFolders ? name + "/" : name
    }

    /// Whether a file of the folder is a recording of this output: its name begins and ends as it must, with a time between.
    func isRecording(_ name: String) -> Bool {
        guard name.hasPrefix(stem), name.hasSuffix(ending), name.utf8.count >= stem.utf8.count + ending.utf8.count else {
            return false
        }
        let middle = name.dropFirst(stem.count).dropLast(ending.count).split(separator: "-", omittingEmptySubsequences: false)
        guard (2...3).contains(middle.count), middle[0].utf8.count == 8, middle[1].utf8.count == 6 else { return false }
        return middle.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    }

    /// What a power cut has left under a temporary name.
    struct Partial {
        /// The name that the recording is to have, or has.
        var recording: String
        /// What tells it from the recording's name, such as `.partial-2`; a sidecar has that of its recording.
        var mark: String
        var isSidecar: Bool

        /// The name that it is to have.
        var whole: String { isSidecar ? recording + SidecarFile.ending : recording }
    }

    /// Nil where `name` is no temporary name of one of this output's recordings or of a sidecar.
    func partial(_ name: String) -> Partial? {
        let isSidecar = name.hasSuffix(SidecarFile.ending)
        let last = isSidecar ? SidecarFile.ending : ending
        guard isSidecar || !areFolders, name.hasSuffix(last), let mark = name.range(of: ".partial", options: .backwards) else {
            return nil
        }
        let number = name[mark.upperBound...].dropLast(last.count)
        guard number.isEmpty || number.first == "-" && Int(number.dropFirst()) != nil else { return nil }
        let recording = name[..<mark.lowerBound] + (isSidecar ? "" : ending)
        guard isRecording(String(recording)) || "\(folder)/\(recording)" == path else { return nil }
        return Partial(recording: String(recording), mark: ".partial" + number, isSidecar: isSidecar)
    }

    private func isTaken(_ path: String) -> Bool {
        [path, PartialFile.path(for: path)].contains { FileManager.default.fileExists(atPath: $0) }
    }
}
