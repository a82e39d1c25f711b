import Foundation
import TestSupport

/// Small recordings made by ffmpeg, and what ffprobe says of files.
enum SampleVideo {
    /// Moving bars; 160×120 at 10 frames a second.
    static func make(_ url: URL, frames: Int, size: String = "160x120", options: [String] = []) throws {
        try MediaTool.makeVideo(url.path, frames: frames, size: size, options: options)
    }

    /// Puts subtitles beside a video.
    static func mux(_ video: URL, _ subtitles: URL, codec: String, to url: URL) throws {
        try MediaTool.run(
            "ffmpeg",
            ["-loglevel", "error", "-y", "-i", video.path, "-i", subtitles.path, "-c:v", "copy", "-c:s", codec, url.path])
    }

    /// Puts a GoPro's telemetry beside a video: payloads of one size, a second each.
    static func mux(_ video: URL, payloads: URL, size: Int, to url: URL) throws {
        try MediaTool.run(
            "ffmpeg",
            [
                "-loglevel", "error", "-y", "-i", video.path, "-f", "data", "-raw_packet_size", "\(size)", "-i", payloads.path,
                "-map", "0:v", "-map", "1", "-c", "copy", "-tag:d", "gpmd", "-bsf:d", "setts=pts=N/TB:dts=N/TB:duration=1/TB",
                url.path,
            ])
    }

    static func frameCount(_ url: URL) throws -> Int? {
        Int(try MediaTool.probe(url.path, "stream=nb_read_frames", ["-count_frames"]).first ?? "")
    }

    /// Units: seconds.
    static func times(_ url: URL) throws -> [Double] {
        try MediaTool.probe(url.path, "frame=pts_time").compactMap(Double.init)
    }

    static func size(_ url: URL) throws -> [String] {
        try MediaTool.probe(url.path, "stream=width,height")
    }

    /// Every frame's pixels as 8-bit gray.
    static func gray(_ url: URL) throws -> Data {
        try MediaTool.run("ffmpeg", ["-loglevel", "error", "-i", url.path, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    }
}
