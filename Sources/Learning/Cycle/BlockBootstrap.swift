import NeuralNetwork

/// How sure it is that something holds on pictures like these: stretches of road are drawn anew with repetition many times, and it is
/// asked of each draw. Both models are asked on the same draws.
///
/// Stretches and not pictures are drawn, as pictures of one stretch are no independent witnesses.
/// Source: Efron and Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13; Künsch, *The jackknife and the bootstrap for
/// general stationary observations* (1989), for blocks.
struct BlockBootstrap {
    let blocks: Int
    let draws: Int
    let seed: UInt64

    /// The share of the draws in which it holds, 0…1.
    ///
    /// - Parameter holds: gets the numbers of the blocks drawn.
    func share(_ holds: ([Int]) -> Bool) -> Double {
        precondition(blocks > 0 && draws > 0, "\(blocks) blocks, \(draws) draws")
        var random = SplitMix64(seed: seed, 0xB0)
        var (drawn, held) = ([Int](repeating: 0, count: blocks), 0)
        for _ in 0..<draws {
            for index in drawn.indices { drawn[index] = random.index(blocks) }
            if holds(drawn) { held += 1 }
        }
        return Double(held) / Double(draws)
    }
}
