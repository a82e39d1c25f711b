/// Values of the kinds that several sections have.
extension ConfigurationSection {
    func time(_ key: String, from low: Duration, to high: Duration) -> Duration? {
        value(key, "a time with its unit, such as 500ms, 5s or 2m, from \(low.text) to \(high.text)") { text in
            Duration(text: text).flatMap { (low...high).contains($0) ? $0 : nil }
        }
    }

    func share(_ key: String) -> Double? {
        value(key, "a share such as 0.7 or 70%", ShareText.share)
    }

    func bytes(_ key: String, from low: Int) -> Int? {
        let most = 1_000_000_000_000_000
        return value(
            key, "a size with its unit, such as 500MB or 2GB, " + (low > 0 ? "at least \(ByteText.text(low))" : "at most 1000TB")
        ) { text in
            ByteText.bytes(text).flatMap { (low...most).contains($0) ? $0 : nil }
        }
    }

    func count(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}
