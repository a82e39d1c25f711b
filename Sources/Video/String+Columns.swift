extension String {
    /// As much of the text as a terminal shows in so many columns: of a line that goes on in the next one, only that could be cleared.
    package func fitting(columns: Int) -> String {
        var left = columns
        var end = unicodeScalars.startIndex
        for scalar in unicodeScalars {
            left -= Self.columns(of: scalar)
            if left < 0 { return String(unicodeScalars[..<end]) }
            end = unicodeScalars.index(after: end)
        }
        return self
    }

    /// Source: Unicode Standard Annex #11.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
        0x1f300...0x1faff, 0x20000...0x3fffd,
    ]

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default: wide.contains { $0.contains(scalar.value) } ? 2 : 1
        }
    }
}
