/// The containers that are read from outside.
///
/// A list of what is allowed: playlists and other formats that refer to further files (hls, dash, concat, sdp, image2 …) are not
/// among them, so that a playlist disguised as a video opens nothing.
enum ContainerPolicy {
    private static let videos = [
        "mov", "matroska", "mpegts", "avi", "flv", "live_flv", "mpeg", "mpegvideo", "asf", "ogg", "mxf", "nut", "ivf", "obu",
        "h261", "h263", "h264", "hevc", "vvc", "m4v", "av1", "vc1", "cavsvideo", "dirac", "dv", "mjpeg", "mjpeg_2000", "mpjpeg",
        "yuv4mpegpipe", "gif", "apng", "dhav", "wtv", "rm", "gxf",
        "png_pipe", "jpeg_pipe", "bmp_pipe", "webp_pipe", "tiff_pipe", "ppm_pipe", "pgm_pipe",
    ]

    /// As FFmpeg's `format_whitelist` wants it. Over HTTP also HLS, whose parts are then under the same protocol list.
    static func whitelist(for location: SourceLocation) -> String {
        switch location {
        case .network(_, let protocols) where protocols.hasPrefix("rtsp"): "rtsp"
        case .network(_, let protocols) where protocols.hasPrefix("http"): (videos + ["hls", "aac"]).joined(separator: ",")
        case .device: "v4l2,video4linux2"
        default: videos.joined(separator: ",")
        }
    }

    /// Whether a container with one of these names (comma-separated, as FFmpeg gives them) may be read from a file or pipe.
    static func allows(_ names: String) -> Bool {
        names.split(separator: ",").contains { videos.contains(String($0)) }
    }
}
