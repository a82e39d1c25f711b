import Files
import Foundation
import Video

/// Lines of JSON beside an output, one for each of its frames: `a.mp4.jsonl` for `a.mp4`.
///
/// It has another name until it is closed. Every line is written at once, so that a kill takes none; a power cut takes those since the last
/// `sync`.
///
/// Threading: its lane's thread.
final class SidecarFile {
    private let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private let encoder = JSONEncoder()
    private(set) var writtenBytes = 0

    /// The sidecar of an output, which may be a folder that is written with '/' at its end.
    static func path(for output: String) -> String { (output.hasSuffix("/") ? String(output.dropLast()) : output) + ending }
    static let ending = ".jsonl"

    init(for output: String) throws(LiveError) {
        path = Self.path(for: output)
        try DurableFolder.make(TemporaryFile.folder(of: path))
        (temporaryPath, descriptor) = try PartialFile.create(for: path)
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    deinit { Glibc.close(descriptor) }

    func add(_ line: SidecarLine) throws(LiveError) {
        guard var bytes = try? encoder.encode(line) else { preconditionFailure("a line that cannot be encoded") }
        bytes.append(UInt8(ascii: "\n"))
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count else { throw .system("Cannot write \(path)", count < 0 ? errno : ENOSPC) }
        writtenBytes += count
    }

    var isGone: Bool { PartialFile.isGone(temporaryPath) }

    /// Waits until what has been written is on the disk.
    func sync() throws(LiveError) {
        guard fdatasync(descriptor) == 0 else { throw .system("Cannot write \(path)") }
    }

    /// Gives it its name.
    func close() throws(LiveError) {
        try TemporaryFile.sync(temporaryPath, for: path)
        try TemporaryFile.rename(temporaryPath, to: path, sync: true)
    }
}
