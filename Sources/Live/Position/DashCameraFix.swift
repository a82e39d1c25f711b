import Status

/// Where a dash camera was, as it keeps it for each second in boxes of its recording. The lowest byte of a number stands first.
///
/// Sources: https://exiftool.org/TagNames/QuickTime.html, https://sergei.nz/extracting-gps-data-from-viofo-a119-and-other-novatek-powered-cameras.
package struct DashCameraFix: Equatable {
    package var position: GeoPosition
    /// Units: seconds since 1970; nil where it is not there, or by a clock that nobody knows.
    package var utc: Double?

    /// Of a block that begins with `freeGPS`; nil where the receiver had no fix, or the block is of a kind that is not known.
    package init?(block: UnsafeBufferPointer<UInt8>) {
        // Some keep the receiver's own sentences, which say most.
        if let fix = NMEAFix(in: block) {
            (position, utc) = (fix.position, fix.utc)
            return
        }
        let block = Numbers(block)
        let dated = [0x10, 0x30].lazy.compactMap { Self.short(block, at: $0) ?? Self.long(block, at: $0) }.first
        guard let found = dated ?? Self.bare(block) else { return nil }
        self = found
    }

    /// Of an entry of 70mai's table: speed and place in thousandths, degrees and minutes as in NMEA 0183.
    package init?(entry: UnsafeBufferPointer<UInt8>) {
        let entry = Numbers(entry)
        guard entry.count >= 26, let latitude = entry.sided(Double(entry.whole(17)) / 1000, entry[16], "N", "S"),
            let longitude = entry.sided(Double(entry.whole(22)) / 1000, entry[21], "E", "W"),
            let position = GeoPosition(latitude: latitude, longitude: longitude, speed: Double(entry.whole(12)) / 3600)
        else { return nil }
        self.position = position
    }

    private init(_ position: GeoPosition, utc: Double? = nil) { (self.position, self.utc) = (position, utc) }

    /// Viofo's: six numbers for the time, three letters, four fractions of four bytes.
    private static func short(_ block: Numbers, at start: Int) -> DashCameraFix? {
        guard block.count >= start + 44, block[start + 24] == UInt8(ascii: "A"), block[start + 27] == 0,
            let time = block.time(start, date: start + 12)
        else { return nil }
        let values = (0..<4).map { Double(block.single(start + 28 + $0 * 4)) }
        // Those with a year in full count in decimal degrees and kilometers an hour where these can be such.
        let isDecimal = time.isLocal && values[0] <= 90 && values[1] <= 180
        guard let latitude = block.sided(values[0], block[start + 25], "N", "S", isDecimal: isDecimal),
            let longitude = block.sided(values[1], block[start + 26], "E", "W", isDecimal: isDecimal),
            let position = GeoPosition(
                latitude: latitude, longitude: longitude, speed: values[2] * (isDecimal ? 1 / 3.6 : NMEAFix.knot),
                course: values[3])
        else { return nil }
        return DashCameraFix(position, utc: time.utc)
    }

    /// Vantrue's and others': the letters take four bytes, the fractions eight, the date comes last.
    private static func long(_ block: Numbers, at start: Int) -> DashCameraFix? {
        guard block.count >= start + 76, block.whole(start + 12) == Int(UInt8(ascii: "A")),
            let time = block.time(start, date: start + 64),
            let latitude = block.sided(block.double(start + 16), block[start + 24], "N", "S"),
            let longitude = block.sided(block.double(start + 32), block[start + 40], "E", "W"),
            let position = GeoPosition(
                latitude: latitude, longitude: longitude, speed: block.double(start + 48) * NMEAFix.knot,
                course: block.double(start + 56))
        else { return nil }
        return DashCameraFix(position, utc: time.utc)
    }

    /// 70mai's newer: a letter, two numbers in hundred-thousandths with a sign, and the speed, without a time.
    private static func bare(_ block: Numbers) -> DashCameraFix? {
        guard block.count >= 53, block[30] == UInt8(ascii: "A"), block[51] == UInt8(ascii: "V"), block[52] == UInt8(ascii: "V")
        else { return nil }
        let values = [31, 35].map { Double(Int32(truncatingIfNeeded: block.whole($0))) / 1e5 }
        let places = values.map { value in NMEAFix.degrees(abs(value)).map { value < 0 ? -$0 : $0 } }
        guard let latitude = places[0], let longitude = places[1],
            let position = GeoPosition(latitude: latitude, longitude: longitude, speed: Double(block.whole(43)) / 3.6)
        else { return nil }
        return DashCameraFix(position)
    }

    /// Numbers at places of a block; 0 behind its end.
    private struct Numbers {
        private let bytes: UnsafeBufferPointer<UInt8>

        init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        var count: Int { bytes.count }

        subscript(place: Int) -> UInt8 { bytes.indices.contains(place) ? bytes[place] : 0 }

        private func bits(_ place: Int, _ count: Int) -> UInt64 {
            (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(self[place + $1]) }
        }

        func whole(_ place: Int) -> Int { Int(bits(place, 4)) }
        func single(_ place: Int) -> Float { Float(bitPattern: UInt32(bits(place, 4))) }
        func double(_ place: Int) -> Double { Double(bitPattern: bits(place, 8)) }

        /// Degrees with their sign; nil where the letter is neither.
        func sided(_ value: Double, _ side: UInt8, _ positive: Character, _ negative: Character, isDecimal: Bool = false)
            -> Double?
        {
            guard side == positive.asciiValue || side == negative.asciiValue else { return nil }
            return (isDecimal ? value : NMEAFix.degrees(value)).map { side == positive.asciiValue ? $0 : -$0 }
        }

        /// Hour, minute and second, then year, month and day; nil where there is no such moment. Years in full are those of a clock that
        /// a person has set.
        func time(_ clock: Int, date: Int) -> (utc: Double?, isLocal: Bool)? {
            let year = whole(date)
            let isLocal = year >= 2000
            let seconds = UTCTime.seconds(
                isLocal ? year : year + 2000, whole(date + 4), whole(date + 8), whole(clock), whole(clock + 4),
                Double(whole(clock + 8)))
            return seconds.map { (isLocal ? nil : $0, isLocal) }
        }
    }
}
