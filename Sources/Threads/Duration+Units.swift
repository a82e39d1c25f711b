extension Duration {
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// Of a number from outside, which may be anything: what is too long for any clock becomes three million years, and what is
    /// no number nothing.
    package static func seconds(nearest value: Double) -> Duration {
        .seconds(value.isNaN ? 0 : min(max(value, -1e14), 1e14))
    }

    package var inMilliseconds: Double { inSeconds * 1000 }
}
