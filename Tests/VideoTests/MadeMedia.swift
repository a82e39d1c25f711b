import Foundation
import TestSupport
import Video

extension TestFolder {
    /// Runs `ffmpeg … name` in the folder.
    @discardableResult
    func make(_ name: String, _ arguments: String) throws -> String {
        try run("ffmpeg", ["-v", "error", "-y"] + arguments.split(separator: " ").map(String.init) + [name])
        return file(name)
    }

    @discardableResult
    func run(_ tool: String, _ arguments: [String]) throws -> Data { try MediaTool.run(tool, arguments, in: path) }

    /// What `ffprobe` says of each frame of the first video stream: its time in ticks, nil where it has none.
    func probedTimes(_ name: String) throws -> [Int64?] {
        try MediaTool.probe(file(name), "frame=best_effort_timestamp").map { Int64($0) }
    }

    /// The frame count that `ffprobe -count_frames` says.
    func probedCount(_ name: String) throws -> Int {
        Int(try MediaTool.probe(file(name), "stream=nb_read_frames", ["-count_frames"]).first ?? "") ?? 0
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
