import Threads

extension Duration {
    /// Reads `200ms`, `5s`, `1.5m`, `2h`; the unit must be there. Nil for anything else.
    public init?(text: String) {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            let number = text.dropLast(unit.count)
            guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(number) else { return nil }
            guard value.isFinite, value * factor < 1e9 else { return nil }
            self = .seconds(value * factor)
            return
        }
        return nil
    }

    /// The shortest way to write it: `200ms`, `5s`, `2m`.
    public var text: String {
        func number(_ value: Double) -> String {
            value == value.rounded() ? String(Int(value)) : String((value * 10).rounded() / 10)
        }
        let seconds = inSeconds
        if seconds < 1 { return number((seconds * 1e6).rounded() / 1e3) + "ms" }
        if seconds < 60 || seconds.truncatingRemainder(dividingBy: 60) != 0 { return number(seconds) + "s" }
        if seconds < 3600 || seconds.truncatingRemainder(dividingBy: 3600) != 0 { return number(seconds / 60) + "m" }
        return number(seconds / 3600) + "h"
    }
}
