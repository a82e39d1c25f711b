import Foundation

/// What an entry of a folder is to somebody who looks for recordings: the one rule for all who look through folders.
package enum RecordingKind {
    case recording(bytes: Int)
    /// Called like a recording, and none that can be read.
    case odd(String)
    case folder
    case linkedFolder
    /// By its name: whoever reads it says what is wrong with it.
    case picture
    /// Pictures that move, such as GIFs: rarely a drive, so that a folder does not stand for them.
    case animation
    /// A camera's own low-resolution twin or thumbnail of a recording.
    case copy
    case other

    private static let videoEndings: Set<String> = [
        "mp4", "m4v", "mov", "qt", "f4v", "3gp", "3g2", "mj2", "insv", "360", "mkv", "webm", "avi", "divx", "ts", "m2t", "m2ts",
        "mts", "trp", "mpg", "mpeg", "m2v", "mpv", "vob", "mod", "tod", "mjpeg", "mjpg", "wmv", "asf", "flv", "ogv", "ogm", "mxf",
        "nut", "dav", "dv", "wtv", "rm", "rmvb", "gxf", "y4m", "h264", "264", "avc", "h265", "265", "hevc", "ivf", "obu", "vc1",
    ]
    private static let animationEndings: Set<String> = ["gif", "apng"]
    private static let copyEndings: Set<String> = ["lrv", "lrf", "thm", "glv"]
    /// What browsers and copying programs put behind the name of a file until all of it is there.
    private static let transferEndings: Set<String> = ["part", "partial", "filepart", "crdownload", "download", "opdownload"]
    /// Sound lies in the same containers as videos.
    private static let soundEndings: Set<String> = [
        "m4a", "m4b", "mp3", "wav", "aac", "oga", "ogg", "opus", "flac", "wma", "amr", "aif", "aiff", "mka", "ac3",
    ]

    /// Opens nothing but regular files without a known ending, to see what they are.
    package init(path: String, name: String) {
        let ending = SourceLocation.pathExtension(of: name)
        let isNamedVideo = Self.videoEndings.contains(ending)
        func kind(_ problem: @autoclosure () -> String) -> RecordingKind {
            if isNamedVideo { return .odd(problem()) }
            return ImageFile.isNamed(path) ? .picture : .other
        }
        var (entry, target) = (stat(), stat())
        guard lstat(path, &entry) == 0 else {
            self = kind("\(path) cannot be reached: \(String(cString: strerror(errno))).")
            return
        }
        let isLink = entry.st_mode & S_IFMT == S_IFLNK
        guard stat(path, &target) == 0 else {
            self = kind("\(path) is a link that leads nowhere.")
            return
        }
        switch target.st_mode & S_IFMT {
        case S_IFDIR: self = isLink ? .linkedFolder : .folder
        case S_IFREG: self = Self.file(path, ending, size: Int(target.st_size), isNamedVideo: isNamedVideo)
        default:
            let what = [S_IFIFO: "a pipe", S_IFSOCK: "a socket"][target.st_mode & S_IFMT] ?? "a device"
            self = kind("\(path) is \(what), and no recording.")
        }
    }

    private static func file(_ path: String, _ ending: String, size: Int, isNamedVideo: Bool) -> RecordingKind {
        if copyEndings.contains(ending) { return .copy }
        if ImageFile.isNamed(path) { return .picture }
        if animationEndings.contains(ending) { return .animation }
        if soundEndings.contains(ending) { return .other }
        if transferEndings.contains(ending),
            path.lowercased().split(separator: ".").contains(where: { videoEndings.contains(String($0)) })
        {
            return .odd("\(path) is what has come so far of a transfer that has not ended.")
        }
        guard isNamedVideo else { return size > 0 && VideoProbe.isVideo(path) ? .recording(bytes: size) : .other }
        if size == 0 { return .odd("\(path) is empty.") }
        if access(path, R_OK) != 0 { return .odd("\(path) cannot be read: \(String(cString: strerror(errno))).") }
        return .recording(bytes: size)
    }
}
