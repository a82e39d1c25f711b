import Foundation
import Testing
import Video

/// A temporary folder of media that the `ffmpeg` command line makes; gone with its last reference.
final class MediaFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "camber-video-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// Runs `ffmpeg … name` in the folder.
    @discardableResult
    func make(_ name: String, _ arguments: String) throws -> String {
        try run("ffmpeg", ["-v", "error", "-y"] + arguments.split(separator: " ").map(String.init) + [name])
        return file(name)
    }

    @discardableResult
    func run(_ tool: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(tool) \(arguments.joined(separator: " "))")
        return data
    }

    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    func bytes(of name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

    /// What `ffprobe` says of each frame of the first video stream: its time in ticks, nil where it has none.
    func probedTimes(_ name: String) throws -> [Int64?] {
        let text = try run(
            "ffprobe",
            [
                "-v", "quiet", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp", "-of",
                "default=nk=1:nw=1", name,
            ])
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map { Int64($0) }
    }

    /// The frame count that `ffprobe -count_frames` says.
    func probedCount(_ name: String) throws -> Int {
        let text = try run(
            "ffprobe",
            [
                "-v", "quiet", "-select_streams", "v:0", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of",
                "default=nk=1:nw=1", name,
            ])
        return Int(String(decoding: text, as: UTF8.self).split(separator: "\n").first ?? "") ?? 0
    }
}

extension VideoSource {
    /// Reads all there is.
    func times() throws -> [Int64] {
        let frame = VideoFrame()
        var times: [Int64] = []
        while try read(into: frame) { times.append(frame.timestamp.value) }
        return times
    }
}

/// A picture's pixel.
func pixel(_ image: RGBImage, _ x: Int, _ y: Int) -> [Int] {
    (0..<3).map { Int(image.bytes[(y * image.width + x) * 3 + $0]) }
}

func pixels(_ image: RGBImage) -> [UInt8] { Array(image.bytes) }
func pixels(_ image: GrayImage) -> [UInt8] { Array(image.bytes) }

/// Whether no channel differs by more than `tolerance`.
func isNear(_ a: [Int], _ b: [Int], _ tolerance: Int = 20) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) <= tolerance } }
