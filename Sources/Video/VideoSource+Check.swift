import Glibc

extension VideoSource {
    /// Whether a source could be opened: an address is only read, a recording is opened, a device must be there.
    ///
    /// - Returns: a warning where an address may be meant otherwise; nil where it is clear.
    public static func check(_ location: String) throws(VideoError) -> String? {
        switch try SourceLocation(location) {
        case .network(let url, _): return try checkAddress(url)
        case .file, .image, .folder: _ = try VideoSource(location)
        case .device, .pipe: break
        }
        return nil
    }

    /// Why nothing there has encoded a video, to be read after the location's name; nil where something may have.
    package static func whyWithoutPackets(_ location: String) -> String? {
        switch try? SourceLocation(location) {
        case .folder: "is a folder of pictures"
        case .image(let path) where !ImageSequenceReader.isAnimated(path): "is a picture"
        default: nil
        }
    }

    /// `scheme://user:password@host:port/path`, as FFmpeg takes it apart.
    static func checkAddress(_ url: String) throws(VideoError) -> String? {
        let name = PublicAddress.text(url)
        let encode = "In a user or password '/', '#', '?', '@' and '%' are written %2F, %23, %3F, %40 and %25."
        guard let separator = url.firstRange(of: "://") else { return nil }
        let rest = url[separator.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let isSplit = rest[authority.endIndex...].contains("@")
        let place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let host =
            place.hasPrefix("[")
            ? place.prefix(through: place.firstIndex(of: "]") ?? place.startIndex) : place.prefix { $0 != ":" }
        let port = place[host.endIndex...]
        let isPort = port.isEmpty || (port.hasPrefix(":") && Int(port.dropFirst()).map { (1...65535).contains($0) } ?? false)
        let isHost = !host.isEmpty && host.allSatisfy { $0.isLetter || $0.isNumber || "-._:[]%".contains($0) }
        guard isHost, isPort else {
            throw VideoError(
                "The address \(name) is ambiguous: it has no host, or a port that is none, before its path.",
                remedy: isSplit ? encode : "Before the path stand user, ':', password, '@', host, ':' and port. \(encode)")
        }
        if port.isEmpty, ["udp", "tcp"].contains(url[..<separator.lowerBound]) {
            throw VideoError(
                "The address \(name) has no port, which \(url[..<separator.lowerBound]):// needs.",
                remedy: "It stands behind the host, such as ':5000'.")
        }
        return isSplit ? "the address \(name) has an '@' after its host. \(encode)" : nil
    }
}
