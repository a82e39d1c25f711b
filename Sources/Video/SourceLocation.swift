import Glibc

/// What a location given by the user names, and what FFmpeg may open for it.
package enum SourceLocation: Equatable {
    case file(String)
    case image(String)
    case folder(String)
    case device(String)
    /// nil is standard input.
    case pipe(String?)
    case network(url: String, protocols: String)

    init(_ location: String) throws(VideoError) {
        if location == "-" {
            self = .pipe(nil)
        } else if let separator = location.firstRange(of: "://") {
            let scheme = location[..<separator.lowerBound].lowercased()
            self =
                scheme == "file"
                ? try Self.local(String(location[separator.upperBound...]))
                // FFmpeg knows schemes in small letters only.
                : .network(
                    url: scheme + location[separator.lowerBound...], protocols: try Self.protocols(of: scheme, location))
        } else {
            self = try Self.local(location)
        }
    }

    /// Whether a location that a user names leads to the network, in whatever letters.
    package static func isRemote(_ location: String) -> Bool {
        guard let separator = location.firstRange(of: "://") else { return false }
        return location[..<separator.lowerBound].lowercased() != "file"
    }

    /// Whether what a user names comes back by itself: a device or a stream, anything that is no recording on disk.
    package static func isLive(_ location: String) -> Bool {
        isRemote(location) || location.hasPrefix("/dev/") && !location.hasPrefix("/dev/shm/")
    }

    var kind: VideoInfo.Kind {
        switch self {
        case .file, .image: .file
        case .folder: .imageFolder
        case .device: .device
        case .pipe: .pipe
        case .network: .network
        }
    }

    /// A location as messages show it: without the secrets that an address may carry.
    static func displayName(_ location: String) -> String {
        location == "-" ? "standard input" : PublicAddress.text(location)
    }

    /// A file's extension in small letters, or nothing.
    static func pathExtension(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Whether what is no file may be meant as an address: of a protocol with one slash, a host with a port, or a number.
    package static func mayBeAddress(_ path: String) -> Bool {
        let first = path.prefix { $0 != "/" }
        let isNumber = first.split(separator: ".").count == 4 && first.allSatisfy { $0.isNumber || $0 == "." }
        return first.contains(":") || isNumber
    }

    private static func remedyOfMissing(_ path: String) -> String {
        if path.hasPrefix("/dev/") { return "Is the camera connected?" }
        return mayBeAddress(path) ? "Is it an address? That begins with its protocol, such as rtsp://." : ""
    }

    private static func local(_ path: String) throws(VideoError) -> SourceLocation {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw VideoError(
                "Cannot open \(PublicAddress.textOfMissing(path)): \(String(cString: strerror(errno))).",
                remedy: remedyOfMissing(path))
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder(path)
        case S_IFREG: return ImageFile.isNamed(path) ? .image(path) : .file(path)
        // Major 81 is Video4Linux.
        case S_IFCHR where (status.st_rdev >> 8) & 0xfff == 81: return .device(path)
        case S_IFIFO, S_IFCHR: return .pipe(path)
        default:
            throw VideoError(
                "Cannot open \(path): it is neither a file, a folder, a pipe nor a video device.",
                remedy: "A camera is a device such as /dev/video0.")
        }
    }

    private static func protocols(of scheme: String, _ location: String) throws(VideoError) -> String {
        switch scheme {
        case "http", "https": return "http,https,httpproxy,tcp,tls"
        case "rtsp", "rtsps": return "rtsp,rtsps,rtp,srtp,udp,tcp,tls"
        case "udp": return "udp"
        case "tcp": return "tcp"
        default:
            throw VideoError(
                "Cannot open \(displayName(location)): what stands before '://' is not a protocol that is read here.",
                remedy: "Those are rtsp, rtsps, http, https, udp and tcp.")
        }
    }
}
