import CFFmpeg

/// Says what is wrong with a file that FFmpeg cannot open, by looking into it.
enum UnreadableFile {
    /// Nil where nothing is known that FFmpeg's own words don't say.
    static func error(_ name: String, _ input: FileInput) -> VideoError? {
        if let error = lost(name, input) { return error }
        guard input.isSeekable else { return pipeError(name, input) }
        let start = input.bytes(at: 0, count: 64)
        if start.allSatisfy({ $0 == 0 }) {
            return VideoError("\(name) holds nothing but zeros where it begins.", remedy: "A power cut leaves such files.")
        }
        if start.withUnsafeBytes({ PictureKind($0) }) == .heif {
            return start.withUnsafeBytes { PictureKind.refusal(of: name, $0) }
        }
        return isBoxes(start) ? boxesError(name, input) : nil
    }

    /// Part of it could not be read, whatever is in it.
    static func lost(_ name: String, _ input: FileInput) -> VideoError? {
        input.failure.map {
            VideoError(
                "\(name) could not be read to its end: \($0).",
                remedy: input.isSeekable ? "Its disk may be failing: 'ddrescue' copies what can be read." : "")
        }
    }

    /// An MP4 or MOV begins with a box of a few kinds.
    private static func isBoxes(_ start: [UInt8]) -> Bool {
        guard start.count >= 8 else { return false }
        let kinds = ["ftyp", "moov", "mdat", "free", "skip", "wide", "pnot"]
        return kinds.contains { start[4..<8].elementsEqual($0.utf8) }
    }

    private static func boxesError(_ name: String, _ input: FileInput) -> VideoError? {
        var end: Int64 = 0
        for box in TopBoxes(input) {
            if box.kind == "moov" || box.kind == "moof" { return nil }
            end = box.end
        }
        return VideoError(
            "\(name) was never finished: its index ('moov'), which is written last, is not there\(end > input.size ? ", and its end is cut off" : "").",
            remedy: "A power cut while recording leaves such files. 'untrunc' may mend it with a whole file of the same camera.")
    }

    private static func pipeError(_ name: String, _ input: FileInput) -> VideoError? {
        if input.received == 0 { return VideoError("\(name) gave nothing: it ended before its first byte.") }
        return isBoxes(input.firstBytes) ? lateIndex(name, "a pipe") : nil
    }

    /// The same for what comes from a web server that gives no parts of files.
    static func error(_ name: String, _ web: WebInput) -> VideoError? {
        web.context.pointee.seekable == 0 && isBoxes(web.start) ? lateIndex(name, "this server") : nil
    }

    private static func lateIndex(_ name: String, _ place: String) -> VideoError {
        VideoError(
            "\(name) is an MP4 whose index ('moov') does not come before the pictures, and \(place) cannot go back.",
            remedy: "Give the file itself, or put its index first: 'ffmpeg -i IN -c copy -movflags +faststart OUT'.")
    }
}
