import CFFmpeg

/// How one kind of video is put into the container that its name asks for.
struct SinkProfile {
    /// FFmpeg's name.
    let container: String
    private let isExact: Bool

    private static let containers = ["mp4": "mp4", "m4v": "mp4", "mov": "mov", "mkv": "matroska", "avi": "avi", "ts": "mpegts"]

    init(path: String, kind: VideoSink.Kind) throws(VideoError) {
        let ending = SourceLocation.pathExtension(of: path)
        guard let container = Self.containers[ending] else {
            throw VideoError(
                "Cannot write \(path): '.\(ending)' is no video container that is written here.",
                remedy: "Those are \(Self.containers.keys.sorted().map { "." + $0 }.joined(separator: ", ")).")
        }
        if kind == .mask && container != "matroska" {
            throw VideoError("Cannot write \(path): masks need a container that keeps every value.", remedy: "Name it .mkv.")
        }
        self.container = container
        isExact = kind == .mask || kind == .confidence && container == "matroska"
    }

    /// MP4 in fragments, Matroska in clusters of half a second: what a process that dies can lose, next to what the encoder
    /// still holds.
    var containerOptions: [String: String] { Self.options(ofContainer: container) }

    static func options(ofContainer container: String) -> [String: String] {
        switch container {
        case "mp4", "mov": ["movflags": "+frag_keyframe+delay_moov+default_base_moof", "frag_duration": "500000"]
        case "matroska": ["cluster_time_limit": "500"]
        default: [:]
        }
    }

    /// AVI has no times, only a place in a row of frames, of which one is the first.
    var startsAtZero: Bool { container == "avi" }

    /// FFmpeg fills up no more than so many frames of an AVI, and gives up beyond. Units: ticks; nil where any gap will do.
    var longestGap: Int64? { container == "avi" ? 60_000 : nil }

    func timeBase(for source: Rational, _ rate: Rational) -> Rational {
        // AVI has nothing but a constant rate.
        if container == "avi" { return rate.inverse }
        let limit: Int32 = !isExact && !Self.hasH264 ? 65_535 : 1_000_000
        return source.den <= limit ? source : Rational(1, min(limit, 60_000))
    }

    func encoder(
        width: Int, height: Int, timeBase: Rational, frameRate: Rational, globalHeader: Bool, options: VideoSink.Options
    ) throws(VideoError) -> Encoder.Settings {
        if isExact && (width < 4 || height < 4) {
            throw VideoError("FFmpeg's FFV1 loses pixels below 4×4; these have \(width)×\(height).")
        }
        var settings = Encoder.Settings(
            names: isExact ? ["ffv1"] : ["libx264", "mpeg4"], pixels: isExact ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_YUV420P,
            width: width, height: height, timeBase: timeBase, frameRate: frameRate, fullRange: isExact,
            threads: options.threads, globalHeader: globalHeader)
        if isExact {
            settings.options = ["level": "3", "slicecrc": "1"]
        } else {
            settings.keyInterval = Int32(min(max(frameRate.value * 2, 1), 600))
            if Self.hasH264 {
                settings.options = ["preset": options.preset, "crf": "\(options.quality)"]
            } else {
                settings.quantizer = 4
            }
        }
        return settings
    }

    private static let hasH264 = avcodec_find_encoder_by_name("libx264") != nil
}
