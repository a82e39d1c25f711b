import Foundation
import Video

/// What a person calls the drive that a frame is of: the recording's name, or the camera's with the day, such as `video0@2026-11-27`.
public enum DriveName {
    /// Where the clock was not set, cameras have no day.
    static let unknownDay = "unset"

    /// - Parameter day: as `day(of:)` gives it; nil where nobody noted it. Recordings need none.
    public static func of(source: String, day: String?) -> String {
        guard SourceLocation.isLive(source) || source == "-" else { return stem(of: source) }
        let last = last(of: source)
        // Cameras call their streams alike.
        let host = SourceLocation.isRemote(source) ? URLComponents(string: source)?.host : nil
        let name = host.map { $0 == last ? last : "\($0)-\(last)" } ?? last
        return day.map { "\(name)@\($0)" } ?? name
    }

    /// The name of a recording's file without its ending, whichever system wrote the path.
    package static func stem(of source: String) -> String {
        URL(fileURLWithPath: last(of: source)).deletingPathExtension().lastPathComponent
    }

    private static func last(of source: String) -> String {
        source.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? source
    }

    public static func of(_ item: SpoolItem) -> String { of(source: item.source, day: day(of: item.time, item.clock)) }

    static func of(_ origin: FrameOrigin) -> String { of(source: origin.source, day: day(of: origin.time, origin.clock)) }

    /// In UTC, as 2026-11-27.
    static func day(of time: Date, _ clock: ClockDoubt?) -> String {
        clock == .unset ? unknownDay : String(time.ISO8601Format().prefix(10))
    }
}

/// How lineages and the history of cycles call a frame of the spool: `spool 12: /dev/video0, frame 7, 2026-11-27`.
public struct LearnedFrame: Sendable, Equatable, CustomStringConvertible {
    let id: Int64
    let source: String
    let frame: Int
    /// Nil in what older versions noted.
    let day: String?

    public init(_ item: SpoolItem) {
        (id, source, frame, day) = (item.id, item.source, item.frameNumber, DriveName.day(of: item.time, item.clock))
    }

    public var description: String { "spool \(id): \(source), frame \(frame)" + (day.map { ", \($0)" } ?? "") }

    /// Nil for what is no frame of a spool.
    init?(_ text: String) {
        guard text.hasPrefix("spool "), let colon = text.range(of: ": "), let id = Int64(text[..<colon.lowerBound].dropFirst(6)),
            let mark = text.range(of: ", frame ", options: .backwards), mark.lowerBound >= colon.upperBound
        else { return nil }
        let rest = text[mark.upperBound...].components(separatedBy: ", ")
        guard let frame = Int(rest[0]), rest.count <= 2 else { return nil }
        (self.id, self.frame) = (id, frame)
        (source, day) = (String(text[colon.upperBound..<mark.lowerBound]), rest.count == 2 ? rest[1] : nil)
    }

    /// Whether a frame, as lineages and the history of cycles call it, may be of a drive.
    public static func mayBe(_ text: String, of drive: String) -> Bool { LearnedFrame(text)?.mayBe(of: drive) ?? false }

    /// Whether it may be of a drive: what has no day may be of any.
    func mayBe(of drive: String) -> Bool {
        let name = DriveName.of(source: source, day: day)
        return name == drive || (day == nil && drive.hasPrefix("\(name)@"))
    }
}
