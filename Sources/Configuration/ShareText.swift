/// Parts of a whole as people write them: `0.7` or `70%`.
public enum ShareText {
    /// 0…1; nil where the text is anything else.
    public static func share(_ text: String) -> Double? {
        let isPercent = text.hasSuffix("%")
        let number = isPercent ? text.dropLast() : text[...]
        guard number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let value = Double(number) else { return nil }
        let share = isPercent ? value / 100 : value
        return (0...1).contains(share) ? share : nil
    }

    /// In per cent, to a tenth: `70%`, `12.5%`.
    public static func text(_ share: Double) -> String {
        let tenths = (share * 1000).rounded()
        return (tenths.truncatingRemainder(dividingBy: 10) == 0 ? String(Int(tenths / 10)) : String(tenths / 10)) + "%"
    }
}
