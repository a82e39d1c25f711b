import CFFmpeg

/// Tells videos from other files by their first bytes, whatever they are called; decodes nothing.
public enum VideoProbe {
    /// Units: bytes that are looked at.
    private static let depth: UInt32 = 1 << 20

    /// Whether a regular file is in a container that `VideoSource` reads as a video.
    public static func isVideo(_ path: String) -> Bool {
        _ = FFmpeg.settings
        let interruption = Interruption()
        guard let input = try? FileInput(path: path, interruption: interruption), input.isSeekable, PackedFile.kind(input) == nil
        else { return false }
        var format: UnsafePointer<AVInputFormat>?
        let score = av_probe_input_buffer2(input.context, &format, nil, nil, 0, depth)
        guard score > AVPROBE_SCORE_MAX / 4, let format else { return false }
        let name = String(cString: format.pointee.name)
        // Pictures are no videos, and neither are those that move.
        return ContainerPolicy.allows(name) && !name.hasSuffix("_pipe") && name != "gif" && name != "apng"
    }
}
