/// Sine, cosine and exponential from plain arithmetic: the C library's differ in their last bits between machines,
/// and the synthetic road has to be the same everywhere.
enum PortableMath {
    /// Accurate to about 1e-9 for arguments up to a few thousand turns.
    static func sine(_ angle: Double) -> Double {
        let turns = angle / (2 * Double.pi)
        var x = turns - turns.rounded()
        if x > 0.25 { x = 0.5 - x } else if x < -0.25 { x = -0.5 - x }
        let y = x * 2 * Double.pi
        let square = y * y
        var sum = -1.0 / 39_916_800
        sum = sum * square + 1.0 / 362_880
        sum = sum * square - 1.0 / 5040
        sum = sum * square + 1.0 / 120
        sum = sum * square - 1.0 / 6
        return y * (sum * square + 1)
    }

    static func cosine(_ angle: Double) -> Double {
        sine(angle + Double.pi / 2)
    }

    static func exponential(_ x: Double) -> Double {
        let part = x / 1024
        var y = 1 + part * (1 + part * (0.5 + part / 6))
        for _ in 0..<10 { y *= y }
        return y
    }
}
