import Foundation
import NeuralNetwork
import RoadScenes
import Testing

/// Against the loss's definition, which sorts all errors of a class.
@Suite struct LovaszLossTests {
    private static let size = Graph.Size(height: 62, width: 96)
    private static let classes = 5
    private static let pixels = 2 * size.height * size.width
    private static let weights: [Float] = [1, 2, 0.5, 1.5, 0.75]

    private static func trainer(threads: Int) throws -> Trainer {
        let graph = SegmentationNetwork.graph(classes: classes)
        let trainer = try Trainer(graph, batch: 2, size: size, workers: WorkerPool(threads: threads))
        try trainer.load(Fixture.weights(of: graph))
        _ = trainer.input.update(fromContentsOf: Fixture.noise(1, count: trainer.input.count))
        trainer.forward()
        return trainer
    }

    /// By pixel and class, from (batch, classes, height, width).
    private static func byPixel(_ tensor: Tensor) -> [[Double]] {
        let plane = size.height * size.width
        return (0..<pixels).map { pixel in
            (0..<classes).map { Double(tensor.values[pixel / plane * classes * plane + $0 * plane + pixel % plane]) }
        }
    }

    /// Loss and gradient by the scores. A pixel counts `confidence` 255ths.
    private static func expected(scores: [[Double]], labels: [UInt8], confidence: [UInt8], share: Double) -> (Double, [[Double]])
    {
        let probabilities = scores.map { own in
            let powers = own.map { exp($0 - own.max()!) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
        let known = labels.indices.filter { Int(labels[$0]) < classes }
        let total = known.reduce(0) { $0 + Double(weights[Int(labels[$1])]) }
        var loss = 0.0
        var byProbability = scores.map { _ in [Double](repeating: 0, count: classes) }
        let present = Set(known.filter { confidence[$0] > 0 }.map { labels[$0] })
        for label in present {
            let errors = known.map {
                ($0, Int(label) == Int(labels[$0]) ? 1 - probabilities[$0][Int(label)] : probabilities[$0][Int(label)])
            }
            let all = known.filter { labels[$0] == label }.reduce(0) { $0 + Double(confidence[$1]) }
            var (missed, wrong, lost) = (0.0, 0.0, 0.0)
            for (pixel, error) in errors.sorted(by: { $0.1 > $1.1 }) {
                if labels[pixel] == label { missed += Double(confidence[pixel]) } else { wrong += Double(confidence[pixel]) }
                let now = 1 - (all - missed) / (all + wrong)
                let rise = (now - lost) * share / Double(present.count)
                loss += error * rise
                byProbability[pixel][Int(label)] = labels[pixel] == label ? -rise : rise
                lost = now
            }
        }
        var gradient = scores.map { _ in [Double](repeating: 0, count: classes) }
        for pixel in known {
            let (own, label) = (probabilities[pixel], Int(labels[pixel]))
            let weight = Double(weights[label]) * Double(confidence[pixel]) / 255 / total
            loss -= weight * log(own[label])
            let mean = zip(own, byProbability[pixel]).reduce(0) { $0 + $1.0 * $1.1 }
            for c in 0..<classes {
                gradient[pixel][c] = weight * (own[c] - (c == label ? 1 : 0)) + own[c] * (byProbability[pixel][c] - mean)
            }
        }
        return (loss, gradient)
    }

    @Test(arguments: [false, true]) func lossAndGradientAreThoseOfSortedErrors(weighed: Bool) throws {
        // A seventh of the labels is void, and class 4 is nowhere.
        let labels = TrainingFixture.labels(2, count: Self.pixels, classes: 7).map { $0 == 4 ? 3 : $0 == 5 ? 2 : $0 }
        let confidence = weighed ? TrainingFixture.labels(3, count: Self.pixels, classes: 256) : nil
        let trainer = try Self.trainer(threads: 2)
        let (loss, gradient) = Self.expected(
            scores: Self.byPixel(trainer.scores), labels: labels,
            confidence: confidence ?? [UInt8](repeating: 255, count: Self.pixels), share: 3)
        let ours = trainer.crossEntropy(labels: labels, confidence: confidence, classWeights: Self.weights, lovasz: 3)
        #expect(abs(ours - loss) < 1e-3 * loss, "\(ours) for \(loss)")
        let found = Self.byPixel(trainer.scores)
        var (difference, norm) = (0.0, 0.0)
        for (a, b) in zip(found.joined(), gradient.joined()) {
            difference += (a - b) * (a - b)
            norm += b * b
        }
        #expect(difference < 1e-4 * norm, "\((difference / norm).squareRoot())")
    }

    @Test func threadsChangeNothing() throws {
        let labels = TrainingFixture.labels(2, count: Self.pixels, classes: 6)
        func gradient(threads: Int) throws -> Tensor {
            let trainer = try Self.trainer(threads: threads)
            _ = trainer.crossEntropy(labels: labels, classWeights: Self.weights, lovasz: 1)
            return trainer.scores
        }
        #expect(try gradient(threads: 1) == gradient(threads: 3))
    }

    @Test func whereEverythingIsVoidThereIsNoLoss() throws {
        let trainer = try Self.trainer(threads: 2)
        let labels = [UInt8](repeating: 255, count: Self.pixels)
        #expect(trainer.crossEntropy(labels: labels, classWeights: Self.weights, lovasz: 1) == 0)
        #expect(trainer.scores.values.allSatisfy { $0 == 0 })
    }
}
