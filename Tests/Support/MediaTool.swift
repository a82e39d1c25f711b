import Foundation

/// What the command lines of FFmpeg make and say.
public enum MediaTool {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// What a program writes to its standard output.
    ///
    /// - Throws: where it ends with anything but 0.
    @discardableResult
    public static func run(_ tool: String, _ arguments: [String], in folder: String? = nil) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(process.terminationStatus) from \(tool) \(arguments.joined(separator: " "))")
        }
        return data
    }

    /// Moving bars, 10 frames a second.
    public static func makeVideo(_ path: String, frames: Int, size: String = "160x120", options: [String] = []) throws {
        try run(
            "ffmpeg",
            ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=10", "-frames:v", "\(frames)"] + options
                + ["-pix_fmt", "yuv420p", path])
    }

    /// A checksum of every video packet's bytes.
    public static func packets(_ path: String) throws -> [String] {
        let text = try run("ffmpeg", ["-v", "error", "-i", path, "-map", "0:v:0", "-c", "copy", "-f", "framemd5", "-"])
        return String(decoding: text, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// What ffprobe says of the first video stream, value by value.
    public static func probe(_ path: String, _ entries: String, _ options: [String] = []) throws -> [String] {
        let arguments = ["-v", "error", "-select_streams", "v:0"] + options + ["-show_entries", entries, "-of", "csv=p=0", path]
        return String(decoding: try run("ffprobe", arguments), as: UTF8.self).split(whereSeparator: { ",\n".contains($0) })
            .map(String.init)
    }
}
