import CFFmpeg

/// The mark of a video that Camber has made of another one: sooner or later results lie among recordings, and pass for drives.
enum ResultMark {
    private static let start = "Made by Camber: "

    /// Where a container keeps a remark. MPEG-TS has none, but says who broadcasts.
    static func key(ofContainer name: String) -> String { name == "mpegts" ? "service_provider" : "comment" }

    static func text(_ kind: VideoSink.Kind) -> String { start + kind.rawValue }

    /// Nil of what a camera recorded. Older versions marked masks alone, by what their values mean.
    static func kind(
        _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>
    ) -> VideoSink.Kind? {
        if av_dict_get(stream.pointee.metadata, "CLASSES", nil, 0) != nil { return .mask }
        let programs = (0..<Int(context.pointee.nb_programs)).compactMap { context.pointee.programs[$0]?.pointee.metadata }
        let places = [(context.pointee.metadata, "comment")] + programs.map { ($0, "service_provider") }
        return places.lazy.compactMap { place in
            guard let text = av_dict_get(place.0, place.1, nil, 0)?.pointee.value.map({ String(cString: $0) }),
                text.hasPrefix(start)
            else { return nil }
            return VideoSink.Kind(rawValue: String(text.dropFirst(start.count)))
        }.first
    }
}
