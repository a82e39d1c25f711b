import Foundation

/// Small recordings made by ffmpeg, and what ffprobe says of files.
enum SampleVideo {
    /// Moving bars; 160×120 at 10 frames a second.
    static func make(_ url: URL, frames: Int, size: String = "160x120", options: [String] = []) throws {
        _ = try tool(
            "ffmpeg",
            ["-loglevel", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=\(size):rate=10", "-frames:v", "\(frames)"]
                + options + ["-pix_fmt", "yuv420p", url.path])
    }

    /// Puts subtitles beside a video.
    static func mux(_ video: URL, _ subtitles: URL, codec: String, to url: URL) throws {
        _ = try tool(
            "ffmpeg",
            ["-loglevel", "error", "-y", "-i", video.path, "-i", subtitles.path, "-c:v", "copy", "-c:s", codec, url.path])
    }

    /// Puts a GoPro's telemetry beside a video: payloads of one size, a second each.
    static func mux(_ video: URL, payloads: URL, size: Int, to url: URL) throws {
        _ = try tool(
            "ffmpeg",
            [
                "-loglevel", "error", "-y", "-i", video.path, "-f", "data", "-raw_packet_size", "\(size)", "-i", payloads.path,
                "-map", "0:v", "-map", "1", "-c", "copy", "-tag:d", "gpmd", "-bsf:d", "setts=pts=N/TB:dts=N/TB:duration=1/TB",
                url.path,
            ])
    }

    static func frameCount(_ url: URL) throws -> Int? {
        Int(try probe(url, "stream=nb_read_frames", ["-count_frames"]).first ?? "")
    }

    /// Units: seconds.
    static func times(_ url: URL) throws -> [Double] {
        try probe(url, "frame=pts_time").compactMap(Double.init)
    }

    static func size(_ url: URL) throws -> [String] {
        try probe(url, "stream=width,height")
    }

    /// Every frame's pixels as 8-bit gray.
    static func gray(_ url: URL) throws -> Data {
        try tool("ffmpeg", ["-loglevel", "error", "-i", url.path, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    }

    private static func probe(_ url: URL, _ entries: String, _ options: [String] = []) throws -> [String] {
        let arguments =
            ["-v", "error", "-select_streams", "v:0"] + options + ["-show_entries", entries, "-of", "csv=p=0", url.path]
        return String(decoding: try tool("ffprobe", arguments), as: UTF8.self).split(whereSeparator: { ",\n".contains($0) })
            .map(String.init)
    }

    private static func tool(_ name: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
        return data
    }
}
