import NeuralNetwork
import RoadScenes

/// How sure it is that one model is better than another on pictures like these: the pictures are drawn anew with repetition
/// many times, the same ones for both models.
///
/// Source: Efron and Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 13; paired as in Koehn, *Statistical
/// significance tests for machine translation evaluation* (2004).
struct PairedBootstrap {
    /// The share of draws in which the second model's mIoU is higher, 0…1.
    let betterShare: Double

    /// - Parameter pictures: matrices of the same pictures in the same order.
    init(_ pictures: [ConfusionMatrix], _ others: [ConfusionMatrix], draws: Int, seed: UInt64) {
        precondition(
            pictures.count == others.count && draws > 0, "\(pictures.count) and \(others.count) pictures, \(draws) draws")
        var random = SplitMix64(seed: seed, 0xB0)
        var better = 0
        for _ in 0..<draws {
            var first = ConfusionMatrix(classes: pictures.first?.classes ?? 1)
            var second = first
            for _ in pictures.indices {
                let picture = random.index(pictures.count)
                first.add(pictures[picture])
                second.add(others[picture])
            }
            if (second.meanIntersectionOverUnion ?? 0) > (first.meanIntersectionOverUnion ?? 0) { better += 1 }
        }
        betterShare = Double(better) / Double(draws)
    }
}
