import CFFmpeg

/// A fraction: a time base (seconds per tick), a frame rate (frames per second) or a pixel's shape.
public struct Rational: Sendable, Hashable, CustomStringConvertible {
    public var num: Int32
    public var den: Int32

    public init(_ num: Int32, _ den: Int32) {
        self.num = num
        self.den = den
    }

    /// A rate in frames per second that somebody gave, to thousandths and at least one.
    public init(rate: Double) {
        self.init(max(1, Int32(nearest: rate * 1000)), 1000)
    }

    /// The fraction as a number; 0 where the denominator is 0.
    public var value: Double { den == 0 ? 0 : Double(num) / Double(den) }

    public var inverse: Rational { Rational(den, num) }

    public var description: String { "\(num)/\(den)" }

    var isPositive: Bool { num > 0 && den > 0 }

    init(_ rational: AVRational) { self.init(rational.num, rational.den) }

    var av: AVRational { AVRational(num: num, den: den) }
}
