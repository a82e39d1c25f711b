import Errors
import Files
import Foundation
import Status
import Video

/// The points of a GPX file, read piece by piece: neither a large file nor an odd one takes much memory.
package struct GPXFile {
    /// Units: bytes; weeks of a point a second.
    private static let largestFile = 256 << 20
    private static let mostPoints = 1_000_000
    /// Units: bytes of a tag, and of a value; what is longer is none that is looked for.
    private static let longestTag = 512
    private static let longestValue = 64

    private static let blanks = Array("\t\r\n".utf8)
    private static let commentStart = Array("!--".utf8)
    private static let commentEnd = Array("-->".utf8)
    private static let plainTextStart = Array("![CDATA[".utf8)
    private static let plainTextEnd = Array("]]>".utf8)

    /// In the order of the file. Their times are UTC; those without one are left out.
    package private(set) var points: [PositionTrack.Point] = []
    /// Points without a time.
    package private(set) var withoutTime = 0

    private enum Mode {
        case text
        /// In a tag; in quotes where a quotation mark is named.
        case tag(UInt8?)
        case comment
        /// In a value within `<![CDATA[` and `]]>`.
        case plainText
    }

    /// Where the higher byte of UTF-16 stands, by the mark with which a file begins.
    private static let marks = [[0xff, 0xfe] as [UInt8]: 1, [0xfe, 0xff]: 0]

    private var high: Int?
    /// Half a letter.
    private var rest: [UInt8] = []
    private var mode = Mode.text
    private var tag: [UInt8] = []
    private var value: [UInt8] = []
    private var point: (latitude: Double, longitude: Double)?
    private var (altitude, speed, course, time): (Double?, Double?, Double?, Double?)

    /// - Throws: where it cannot be read, is no GPX file, or too large.
    package init(contentsOf path: String) throws(LiveError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("Cannot open \(path)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw LiveError("\(path) is no file.") }
        guard status.st_size <= Self.largestFile else {
            throw LiveError(
                "\(path) has \(ByteText.text(Int(status.st_size))); a GPX file of up to \(ByteText.text(Self.largestFile)) is read.",
                remedy: "Take the part of it that belongs to the drive.")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isFirst = true
        var total = 0
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system("Cannot read \(path)") }
            // A file that grows without end is none, either.
            total += count
            if count == 0 || total > Self.largestFile { break }
            if isFirst { high = Self.marks[Array(buffer[..<min(count, 2)])] }
            let bytes = narrow(buffer[..<count])
            // A name space may stand before it.
            if isFirst, bytes.firstRange(of: Array("<gpx".utf8)) == nil, bytes.firstRange(of: Array(":gpx".utf8)) == nil {
                throw LiveError("\(path) is no GPX file: it does not begin like one.")
            }
            isFirst = false
            for byte in bytes { take(byte) }
            if points.count > Self.mostPoints {
                throw LiveError(
                    "\(path) has more than \(Self.mostPoints) points.", remedy: "Take the part that belongs to the drive.")
            }
        }
        guard !isFirst else { throw LiveError("\(path) is empty.") }
    }

    /// As 8 bits a letter: what is looked for is plain ASCII, and what is not only has to be none of it.
    private mutating func narrow(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let high else { return Array(bytes) }
        let all = rest + bytes
        rest = Array(all.suffix(all.count % 2))
        return stride(from: 0, to: all.count - rest.count, by: 2).map { place in
            let letter = all[place + 1 - high]
            return all[place + high] == 0 && letter < 0x80 ? letter : UInt8(ascii: "?")
        }
    }

    private mutating func take(_ byte: UInt8) {
        switch mode {
        case .text:
            if byte == UInt8(ascii: "<") {
                mode = .tag(nil)
                tag.removeAll(keepingCapacity: true)
            } else if value.count < Self.longestValue {
                value.append(byte)
            }
        case .tag(let quote):
            if quote == nil, byte == UInt8(ascii: ">") {
                mode = .text
                if tag.count < Self.longestTag { endTag(String(decoding: tag, as: UTF8.self)) }
                value.removeAll(keepingCapacity: true)
                return
            }
            // Attributes may stand on lines of their own.
            if tag.count < Self.longestTag { tag.append(Self.blanks.contains(byte) ? UInt8(ascii: " ") : byte) }
            if tag.count == 3, tag == Self.commentStart {
                mode = .comment
                tag.removeAll(keepingCapacity: true)
            } else if tag.count == Self.plainTextStart.count, tag == Self.plainTextStart {
                mode = .plainText
                tag.removeAll(keepingCapacity: true)
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                mode = .tag(quote == nil ? byte : quote == byte ? nil : quote)
            }
        case .comment: if isEnd(byte, Self.commentEnd) { mode = .text }
        case .plainText:
            if value.count < Self.longestValue { value.append(byte) }
            if isEnd(byte, Self.plainTextEnd) {
                mode = .text
                value.removeLast(min(value.count, Self.plainTextEnd.count))
            }
        }
    }

    /// Whether a comment or plain text ends with this byte: only its last three matter.
    private mutating func isEnd(_ byte: UInt8, _ end: [UInt8]) -> Bool {
        tag.append(byte)
        if tag.count > end.count { tag.removeFirst() }
        return tag == end
    }

    /// A tag has come to its end.
    private mutating func endTag(_ text: String) {
        let isEnd = text.hasPrefix("/")
        let name = text.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" }
        // A name space may stand before it.
        let local = name.split(separator: ":").last ?? name
        switch (local, isEnd) {
        case ("trkpt", false):
            point = Self.attribute("lat", of: text).flatMap { lat in Self.attribute("lon", of: text).map { (lat, $0) } }
            (altitude, speed, course, time) = (nil, nil, nil, nil)
            if text.hasSuffix("/") { endPoint() }
        case ("trkpt", true): endPoint()
        case ("ele", true): altitude = number
        case ("speed", true): speed = number
        case ("course", true): course = number
        case ("time", true): time = UTCTime.parse(trimmed)
        default: break
        }
    }

    private mutating func endPoint() {
        guard let place = point,
            let position = GeoPosition(
                latitude: place.latitude, longitude: place.longitude, altitude: altitude, speed: speed, course: course)
        else { return }
        point = nil
        guard let time else {
            withoutTime += 1
            return
        }
        points.append(.init(time: time, position: position, utc: time))
    }

    private var trimmed: String { String(decoding: value, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    private var number: Double? { Double(trimmed) }

    private static func attribute(_ name: String, of tag: String) -> Double? {
        var rest = tag[...]
        while let start = rest.firstRange(of: " \(name)") {
            rest = rest[start.upperBound...].drop { $0 == " " }
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst().drop { $0 == " " }
            guard let quote = rest.first, quote == "\"" || quote == "'" else { continue }
            return Double(rest.dropFirst().prefix { $0 != quote }.trimmingCharacters(in: .whitespaces))
        }
        return nil
    }
}
