import Foundation

/// Moments as positions are stamped with.
///
/// Units: seconds since 1970.
package enum UTCTime {
    /// Years that a receiver or a recording can be of.
    private static let years = 1980...2200

    /// Such as `2026-11-27T14:05:30.5Z` or with `+01:00` in place of the Z, without which it is UTC; nil for anything else.
    package static func parse(_ text: some StringProtocol) -> Double? {
        var bytes = Array(text.utf8.prefix(48))[...]
        func number(_ count: Int, before separator: Character?) -> Int? {
            guard bytes.count >= count, bytes.prefix(count).allSatisfy(isDigit) else { return nil }
            let value = bytes.prefix(count).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            bytes = bytes.dropFirst(count)
            if let separator {
                guard bytes.first == separator.asciiValue else { return nil }
                bytes = bytes.dropFirst()
            }
            return value
        }
        guard let year = number(4, before: "-"), let month = number(2, before: "-"), let day = number(2, before: "T"),
            let hour = number(2, before: ":"), let minute = number(2, before: ":"), let second = number(2, before: nil)
        else { return nil }
        var fraction = 0.0
        if bytes.first == UInt8(ascii: ".") {
            let digits = bytes.dropFirst().prefix(while: isDigit)
            fraction = digits.prefix(9).reversed().reduce(0) { ($0 + Double($1 - UInt8(ascii: "0"))) / 10 }
            bytes = bytes.dropFirst(1 + digits.count)
        }
        var offset = 0
        if let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            bytes = bytes.dropFirst()
            guard let hours = number(2, before: bytes.count > 2 && bytes[bytes.startIndex + 2] == UInt8(ascii: ":") ? ":" : nil),
                let minutes = bytes.isEmpty ? 0 : number(2, before: nil)
            else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
        } else if bytes.first == UInt8(ascii: "Z") {
            bytes = bytes.dropFirst()
        }
        guard bytes.isEmpty else { return nil }
        return seconds(year, month, day, hour, minute, Double(second) + fraction).map { $0 - Double(offset) }
    }

    /// Such as 2026-11-27T14:05:30.480Z.
    package static func text(_ seconds: Double) -> String {
        let milliseconds = Int((min(max(seconds, 0), 4e11) * 1000).rounded())
        var (time, parts) = (time_t(milliseconds / 1000), tm())
        gmtime_r(&time, &parts)
        return String(
            format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
            parts.tm_min, parts.tm_sec, milliseconds % 1000)
    }

    /// Nil where there is no such moment.
    static func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Double) -> Double? {
        guard years.contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0.0..<61).contains(second)
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (Int32(year - 1900), Int32(month - 1), Int32(day))
        (parts.tm_hour, parts.tm_min) = (Int32(hour), Int32(minute))
        return Double(timegm(&parts)) + second
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
