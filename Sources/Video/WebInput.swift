import CFFmpeg

/// What an http(s) address answers, as bytes.
///
/// Threading: the reading thread's; `interruption` ends a blocked read from any thread.
final class WebInput {
    let context: UnsafeMutablePointer<AVIOContext>
    /// In small letters; empty where the server doesn't say.
    let contentType: String
    /// The first bytes, which are still to be read.
    let start: [UInt8]

    init(_ url: String, protocols: String, name: String, interruption: Interruption) throws(VideoError) {
        avformat_network_init()
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", protocols, 0)
        defer { av_dict_free(&options) }
        var callback = interruption.callback
        var opened: UnsafeMutablePointer<AVIOContext>?
        let result = avio_open2(&opened, url, AVIO_FLAG_READ, &callback, &options)
        guard result >= 0, let context = opened else { throw OpenFailure.error(name, result, interruption) }
        self.context = context
        contentType = Self.text(context, "mime_type").lowercased()
        var bytes = [UInt8](repeating: 0, count: 16)
        let got = avio_read(context, &bytes, Int32(bytes.count))
        // They are still in the buffer.
        avio_seek(context, 0, SEEK_SET)
        start = Array(bytes.prefix(Int(max(0, got))))
        if start.isEmpty {
            if interruption.mustStop { throw OpenFailure.error(name, FFmpeg.exitRequested, interruption) }
            throw VideoError("\(name) answers with nothing.", remedy: "Is the path in its address right?")
        }
    }

    deinit {
        var context: UnsafeMutablePointer<AVIOContext>? = context
        avio_closep(&context)
    }

    /// Neither pictures nor a video, but something to read.
    var isPage: Bool { contentType.hasPrefix("text/html") || start.first == UInt8(ascii: "<") }

    /// Whether an error while reading is the end: FFmpeg cannot tell them apart where a server doesn't say how much comes.
    func isEnd(_ result: Int32) -> Bool { result == FFmpeg.endOfFile || result == -EIO && avio_size(context) <= 0 }

    /// A list of further addresses.
    var isPlaylist: Bool { start.starts(with: "#EXTM3U".utf8) }

    /// Pictures one after the other, as cameras send them to browsers, or a single one.
    var givesPictures: Bool {
        if contentType.hasPrefix("multipart/") || contentType.hasPrefix("image/") { return true }
        if start.drop(while: { $0 == 13 || $0 == 10 }).starts(with: "--".utf8) { return true }
        return start.withUnsafeBytes { PictureKind($0)?.codec } != nil
    }

    /// What has come, as soon as anything has.
    ///
    /// - Returns: how many bytes, or FFmpeg's error: the end among them.
    func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
        Int(avio_read_partial(context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(bytes.count)))
    }

    private static func text(_ context: UnsafeMutablePointer<AVIOContext>, _ option: String) -> String {
        var value: UnsafeMutablePointer<UInt8>?
        guard av_opt_get(context, option, AV_OPT_SEARCH_CHILDREN, &value) >= 0, let value else { return "" }
        defer { av_free(value) }
        return String(cString: value)
    }
}
