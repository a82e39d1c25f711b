/// What may be shown of a source's address in logs, reports and records.
///
/// An address is shown by what is known to be harmless: scheme, host, port, plain folders, and numbers of known parameters.
/// Everything else that may be a secret is `***`: whoever is before the last '@', whatever characters the password has, and
/// every value of a query or of a path like `/user=admin_password=x_channel=1`. Shown addresses stay as they are when they
/// come here again.
public enum PublicAddress {
    static let hidden = "***"

    /// Parameters whose numbers may be shown.
    private static let harmless: Set<String> = [
        "channel", "ch", "channelid", "subtype", "stream", "streamid", "streamtype", "profile", "resolution", "size", "width",
        "height", "fps", "framerate", "rate", "camera", "cam", "video", "audio", "trackid", "unicast", "quality", "compression",
    ]
    /// Parameters whose names may be shown beside their hidden values.
    private static let secret: Set<String> = [
        "user", "username", "usr", "login", "loginuse", "account", "name", "password", "passwd", "pass", "pwd", "pw", "psw",
        "loginpas", "token", "key", "apikey", "auth", "authorization", "authbasic", "secret", "signature", "sig", "session",
        "sid", "credential", "credentials", "code", "pin",
    ]
    private static let schemes: Set<String> = [
        "rtsp", "rtsps", "rtspu", "rtspt", "http", "https", "udp", "tcp", "rtp", "rtmp", "rtmps", "srt", "mms", "ftp", "sftp",
        "rist", "ws", "wss", "onvif",
    ]

    /// A path as it is; an address without its secrets.
    public static func text(_ location: String) -> String {
        let start: String.Index
        if let separator = location.firstRange(of: "://") {
            let scheme = location[..<separator.lowerBound].lowercased()
            if scheme == "file" { return location }
            let isPlain = scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.*".contains($0)) }
            if !isPlain { return text(hidden + location[separator.lowerBound...]) }
            start = separator.upperBound
        } else if let colon = location.firstIndex(of: ":"), schemes.contains(location[..<colon].lowercased()) {
            // A slash was forgotten, the password was not.
            let afterColon = location.index(after: colon)
            start = location[afterColon...].firstIndex { $0 != "/" } ?? location.endIndex
        } else {
            return location
        }
        let rest = location[start...]
        guard let at = rest.lastIndex(of: "@") else { return location[..<start] + afterUser(rest) }
        return location[..<start] + hidden + "@" + afterUser(rest[rest.index(after: at)...])
    }

    /// What was meant for an address but lacks its scheme, such as `user:password@host/stream`; anything else as `text` shows it.
    public static func textOfMissing(_ path: String) -> String {
        guard !path.contains("://"), let at = path.lastIndex(of: "@"), path[..<at].contains(":") else { return text(path) }
        return hidden + "@" + afterUser(path[path.index(after: at)...])
    }

    /// A message with the addresses in it as `text` shows them. An address ends at a blank.
    public static func masked(_ message: String) -> String {
        guard message.contains("://") else { return message }
        return message.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard let separator = word.firstRange(of: "://") else { return String(word) }
            let isOfScheme = { (letter: Character) in
                letter.isASCII && (letter.isLetter || letter.isNumber || "+-.*".contains(letter))
            }
            let schemeLength = word[..<separator.lowerBound].reversed().prefix(while: isOfScheme).count
            let start = word.index(separator.lowerBound, offsetBy: -schemeLength)
            let endLength = word[separator.upperBound...].reversed().prefix { ".,:;'\")]}\n".contains($0) }.count
            let end = word.index(word.endIndex, offsetBy: -endLength)
            return word[..<start] + text(String(word[start..<end])) + word[end...]
        }.joined(separator: " ")
    }

    /// The host with its port, the path and the query.
    private static func afterUser(_ text: Substring) -> String {
        let host = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:[]%*".contains($0)) }
        let rest = text[host.endIndex...]
        // What goes on otherwise was never a host.
        if let next = rest.first, !"/?#".contains(next) { return hidden }
        if !isHost(host) { return hidden }
        let path = rest.prefix { $0 != "?" && $0 != "#" }
        let query = rest[path.endIndex...]
        var shown = String(host) + self.path(path)
        if query.count > 1 {
            shown += query.prefix(1) + (query.first == "#" ? hidden : parameters(query.dropFirst(), between: "&;", inPath: false))
        } else {
            shown += query
        }
        return shown
    }

    /// Whether a colon is followed by a port, or the whole is a number in brackets: else it may be `user:password`.
    private static func isHost(_ host: Substring) -> Bool {
        if host.first == "[" { return true }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 1 || (parts.count == 2 && parts[1].allSatisfy { $0.isNumber || $0 == "*" })
    }

    private static func path(_ path: Substring) -> String {
        guard let sign = path.firstIndex(of: "=") else { return folders(path) }
        let start = path[..<sign].lastIndex(of: "/") ?? path.startIndex
        return folders(path[..<start]) + parameters(path[start...], between: "/&;,_", inPath: true)
    }

    private static func folders(_ path: Substring) -> String {
        var isAfterSecret = false
        return path.split(separator: "/", omittingEmptySubsequences: false).map { folder -> String in
            defer { isAfterSecret = secret.contains(folder.lowercased()) }
            if folder.isEmpty { return "" }
            return isAfterSecret || mayBeSecret(folder) ? hidden : String(folder)
        }.joined(separator: "/")
    }

    /// Parameters that are encoded, `name:value`, and the random words by which some cameras tell who may watch.
    private static func mayBeSecret(_ folder: Substring) -> Bool {
        let text = folder.lowercased()
        if text.contains(":") || ["%3d", "%3a", "%40", "%26", "%3f"].contains(where: text.contains) { return true }
        let letters = folder.count { $0.isLetter }
        let numbers = folder.count { $0.isNumber }
        return folder.count >= 16 && letters > 0 && numbers > 0 && folder.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
    }

    /// `name=value` pairs. A hidden value goes on until the next pair with a known name, as it may hold a separator itself.
    private static func parameters(_ text: Substring, between separators: String, inPath: Bool) -> String {
        var shown = ""
        var isHidden = false
        var start = text.startIndex
        var separator = ""
        while true {
            let end = text[start...].firstIndex { separators.contains($0) } ?? text.endIndex
            let pair = text[start..<end].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = pair[0].lowercased()
            let words = name.split { "_-.".contains($0) }.map(String.init)
            if pair.count == 2, harmless.contains(name), isNumber(pair[1]) {
                shown += separator + text[start..<end]
                isHidden = false
            } else if pair.count == 2, words.contains(where: secret.contains), words.allSatisfy({ known($0) }) {
                shown += separator + pair[0] + "=" + hidden
                isHidden = true
            } else if pair.count == 2 || !inPath {
                if !isHidden || shown.isEmpty { shown += separator + hidden }
                isHidden = true
            } else if !isHidden {
                shown += separator + (mayBeSecret(pair[0]) ? hidden : String(pair[0]))
            }
            if end == text.endIndex { return shown }
            separator = String(text[end])
            start = text.index(after: end)
        }
    }

    private static func known(_ word: String) -> Bool {
        secret.contains(word) || ["access", "api", "id", "basic", "x"].contains(word)
    }

    /// Such as 1, 640x480, 12.5 or 0.sdp.
    private static func isNumber(_ value: Substring) -> Bool {
        let number = value.hasSuffix(".sdp") ? value.dropLast(4) : value
        return (1...9).contains(number.count) && number.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "x" || $0 == ".") }
    }
}
