import Status

/// What a satellite receiver says in NMEA 0183, in one burst of sentences.
package struct NMEAFix: Equatable {
    package var position: GeoPosition
    /// Units: seconds since 1970; nil where no sentence has the date.
    package var utc: Double?

    /// Units: bytes of a sentence; the standard allows 82.
    private static let longestSentence = 128
    /// Units: meters a second.
    static let knot = 1852.0 / 3600

    /// The fix in a text that may hold several sentences, and other things between them. Sentences without a right checksum and without
    /// a fix are passed over.
    ///
    /// - Returns: nil where nothing is left.
    package init?(in text: some Sequence<UInt8>) {
        var place: GeoPosition?
        var altitude: Double?
        var time: Double?
        for sentence in Self.sentences(text) {
            let fields = sentence.split(separator: ",", omittingEmptySubsequences: false)
            guard fields[0].utf8.count == 5 else { continue }
            switch fields[0].suffix(3) {
            case "RMC" where fields.count >= 10 && fields[2] == "A":
                guard let found = Self.position(fields[3...6], speed: Double(fields[7]), course: Double(fields[8])) else {
                    continue
                }
                place = found
                time = Self.time(fields[1], date: fields[9])
            case "GGA" where fields.count >= 10 && (1...8).contains(Int(fields[6]) ?? 0):
                guard let found = Self.position(fields[2...5], speed: nil, course: nil) else { continue }
                place = place ?? found
                altitude = Double(fields[9])
            default: continue
            }
        }
        guard let place,
            let position = GeoPosition(
                latitude: place.latitude, longitude: place.longitude, altitude: altitude, speed: place.speed, course: place.course
            )
        else { return nil }
        (self.position, utc) = (position, time)
    }

    /// What stands between `$` and `*` where the checksum after that is right. Thinkware's cameras write `;` in place of `$`.
    private static func sentences(_ text: some Sequence<UInt8>) -> [String] {
        var found: [String] = []
        let starts = Array("$;".utf8)
        for part in Array(text).split(omittingEmptySubsequences: false, whereSeparator: starts.contains).dropFirst() {
            guard let star = part.prefix(longestSentence).firstIndex(of: UInt8(ascii: "*")), part.endIndex - star > 2 else {
                continue
            }
            let body = part[..<star]
            let digits = String(decoding: part[(star + 1)...(star + 2)], as: UTF8.self)
            guard body.allSatisfy({ (0x20...0x7e).contains($0) }), !body.isEmpty,
                digits.allSatisfy(\.isHexDigit), UInt8(digits, radix: 16) == body.reduce(0, ^)
            else { continue }
            found.append(String(decoding: body, as: UTF8.self))
        }
        return found
    }

    /// - Parameter fields: latitude, N or S, longitude, E or W.
    private static func position(_ fields: ArraySlice<Substring>, speed: Double?, course: Double?) -> GeoPosition? {
        let fields = Array(fields)
        guard let latitude = degrees(fields[0], fields[1], "N", "S"), let longitude = degrees(fields[2], fields[3], "E", "W")
        else { return nil }
        return GeoPosition(latitude: latitude, longitude: longitude, speed: speed.map { $0 * knot }, course: course)
    }

    private static func degrees(_ text: Substring, _ side: Substring, _ positive: String, _ negative: String) -> Double? {
        guard side == positive || side == negative else { return nil }
        return Double(text).flatMap(degrees).map { side == positive ? $0 : -$0 }
    }

    /// Of degrees and minutes, as in 4807.038.
    static func degrees(_ value: Double) -> Double? {
        guard (0.0...18_000).contains(value) else { return nil }
        let whole = (value / 100).rounded(.down)
        let minutes = value - whole * 100
        return minutes < 60 ? whole + minutes / 60 : nil
    }

    /// As in 123519.00 and 230394; two digits of a year up to 79 are this century's.
    private static func time(_ time: Substring, date: Substring) -> Double? {
        guard let clock = Double(time), (0.0..<240_000).contains(clock), let day = Int(date), (0...999_999).contains(day),
            date.utf8.count == 6
        else { return nil }
        let year = day % 100
        let whole = Int(clock.rounded(.down))
        return UTCTime.seconds(
            year < 80 ? 2000 + year : 1900 + year, day / 100 % 100, day / 10_000, whole / 10_000, whole / 100 % 100,
            Double(whole % 100) + clock - Double(whole))
    }
}
