/// A part of a data set, as the command line says it: `1/2`, `0.25`, `1`.
public struct DatasetFraction: Sendable, Hashable, CustomStringConvertible {
    public let numerator: Int
    public let denominator: Int

    /// - Throws: where the text is no part above 0 and up to 1.
    public init(parsing text: String) throws(SceneError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let whole = parts.count == 2 ? (Int(parts[0]), Int(parts[1])) : Self.decimal(text)
        guard let numerator = whole.0, let denominator = whole.1, numerator > 0, numerator <= denominator,
            denominator <= 1_000_000
        else { throw SceneError("'\(text)' is no part of a data set.", remedy: "Write it as 1/8, 0.5 or 1.") }
        (self.numerator, self.denominator) = (numerator, denominator)
    }

    private static func decimal(_ text: String) -> (Int?, Int?) {
        guard let value = Double(text), value > 0, value <= 1 else { return (nil, nil) }
        return (Int((value * 10_000).rounded()), 10_000)
    }

    /// - Parameter share: above 0 and up to 1.
    package init(share: Double) {
        precondition(share > 0 && share <= 1, "\(share) is no part of a data set")
        (numerator, denominator) = (max(1, Int((share * 10_000).rounded())), 10_000)
    }

    /// The part of a number of items, at least one of any.
    public func of(_ count: Int) -> Int {
        count == 0 ? 0 : max(1, Int((Double(count) * Double(numerator) / Double(denominator)).rounded()))
    }

    public var description: String { "\(numerator)/\(denominator)" }
}
