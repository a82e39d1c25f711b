/// A small seeded generator: the same seed gives the same numbers on every machine.
///
/// Source: Steele, Lea and Flood, *Fast splittable pseudorandom number generators* (2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    @inlinable
    public init(seed: UInt64) {
        state = seed
    }

    /// A generator of its own for each combination of keys, so that a thing far along the road needs none before it.
    @inlinable
    public init(seed: UInt64, _ keys: Int...) {
        state = seed
        for key in keys { state = SplitMix64.scramble(state &+ UInt64(bitPattern: Int64(key)) &* 0x9E37_79B9_7F4A_7C15) }
    }

    @inlinable
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.scramble(state)
    }

    /// A number in low ..< high.
    @inlinable
    public mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * Float(next() >> 40) * 0x1p-24
    }

    /// Whether something with this probability happens.
    @inlinable
    public mutating func chance(_ probability: Float) -> Bool {
        uniform(0, 1) < probability
    }

    /// An index 0 ..< count.
    @inlinable
    public mutating func index(_ count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    @inlinable
    public static func scramble(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in -1…1.
    @inlinable
    public mutating func nextSigned() -> Float { Float(Int64(next() >> 40) - (1 << 23)) / Float(1 << 23) }
}
