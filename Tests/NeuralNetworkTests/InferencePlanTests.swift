import Foundation
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct InferencePlanTests {
    static let blocks = [
        "initial": "initial", "block1": "block1.1.joined", "transition1": "transition1.pool", "block2": "block2.3",
        "block3": "block3.7", "block4": "block4.7",
    ]
    static let available = Kernels.allCases.filter(\.isAvailable)

    @Test(arguments: available, [1, 3]) func segmentationNetworkGivesPyTorchsNumbers(kernels: Kernels, threads: Int) throws {
        let expected = try Fixture.tensors("inference")
        let graph = SegmentationNetwork.graph(classes: 11)
        let plan = try InferencePlan(
            graph, weights: Fixture.weights(of: graph), size: Graph.Size(height: 74, width: 106),
            workers: WorkerPool(threads: threads),
            kernels: kernels, input: .planes, observing: Set(Self.blocks.values))
        var result = Result(classes: 11, pixels: 74 * 106)
        result.run(plan, input: Fixture.noise(1000, count: 3 * 74 * 106), wantsProbabilities: false)
        for (fixture, node) in Self.blocks {
            #expect(
                Fixture.error(plan.output(of: node).values, try #require(expected["block." + fixture]).values) < 1e-4,
                "\(fixture)")
        }
        let logits = try #require(expected["logits"]).values
        #expect(Fixture.error(result.planes, logits) < 1e-4)
        #expect(result.classMap == Result.best(of: logits, classes: 11))
    }

    @Test(arguments: available) func auxiliaryNetworkGivesPyTorchsConfidence(kernels: Kernels) throws {
        let expected = try Fixture.tensors("inference")
        let logits = try #require(expected["logits"]).values
        let pixels = 74 * 106
        let graph = AuxiliaryNetwork.graph(classes: 11)
        let plan = try InferencePlan(
            graph, weights: Fixture.weights(of: graph), size: Graph.Size(height: 74, width: 106), workers: WorkerPool(threads: 2),
            kernels: kernels, input: .planes)
        var confidence = [Float](repeating: 0, count: pixels)
        let probabilities = Result.softmax(logits, classes: 11)
        confidence.withUnsafeMutableBufferPointer { plan.run(planes: probabilities, into: .init(planes: $0.baseAddress)) }
        #expect(Fixture.error(confidence, try #require(expected["confidence"]).values) < 1e-4)
    }

    @Test(arguments: available) func probabilitiesAreTheSoftmaxOfTheScores(kernels: Kernels) throws {
        let graph = SegmentationNetwork.graph(classes: 5)
        let plan = try InferencePlan(
            graph, weights: Fixture.weights(of: graph), size: Graph.Size(height: 33, width: 47), workers: WorkerPool(threads: 2),
            kernels: kernels, input: .planes)
        let input = Fixture.noise(7, count: 3 * 33 * 47)
        var scores = Result(classes: 5, pixels: 33 * 47)
        var probabilities = scores
        scores.run(plan, input: input, wantsProbabilities: false)
        probabilities.run(plan, input: input, wantsProbabilities: true)
        let expected = Result.softmax(scores.planes, classes: 5)
        #expect(Fixture.error(probabilities.planes, expected) < 1e-5)
        let top = (0..<33 * 47).map { pixel in (0..<5).map { expected[$0 * 33 * 47 + pixel] }.max()! }
        let worst = zip(top, scores.topProbability).map { abs($0 - Float($1) / 255) }.max()!
        #expect(worst < 0.501 / 255)
    }

    @Test(arguments: [(8, 8), (9, 31), (41, 17), (64, 96), (75, 101)])
    func allKernelsAgreeAtOddSizes(height: Int, width: Int) throws {
        let graph = SegmentationNetwork.graph(classes: 19)
        var results: [Kernels: Result] = [:]
        for kernels in Kernels.allCases where kernels.isAvailable {
            let plan = try InferencePlan(
                graph, weights: Fixture.weights(of: graph), size: Graph.Size(height: height, width: width),
                workers: WorkerPool(threads: 2), kernels: kernels, input: .planes)
            var result = Result(classes: 19, pixels: height * width)
            result.run(plan, input: Fixture.noise(11, count: 3 * height * width), wantsProbabilities: false)
            results[kernels] = result
        }
        let portable = try #require(results[.portable])
        for (kernels, result) in results { #expect(Fixture.error(result.planes, portable.planes) < 1e-4, "\(kernels)") }
        // Wider vectors add in the same order: a model says the same on every vehicle with either.
        if let wide = results[.avx512], let narrow = results[.avx2] { #expect(wide.planes == narrow.planes) }
    }

    @Test(arguments: [Graph.Size(height: 64, width: 96), Graph.Size(height: 57, width: 83)])
    func kernelsAgreeOnEfficientNetLite(size: Graph.Size) throws {
        let graph = EfficientNetLiteNetwork.graph(classes: 11, scale: .lite0)
        let weights = Weights.heInitialized(for: graph, seed: 7)
        let input = Fixture.noise(1, count: 3 * size.height * size.width)
        var results: [Kernels: Result] = [:]
        for kernels in Kernels.allCases where kernels.isAvailable {
            let plan = try InferencePlan(
                graph, weights: weights, size: size, workers: WorkerPool(threads: 2), kernels: kernels, input: .planes)
            var result = Result(classes: 11, pixels: size.height * size.width)
            result.run(plan, input: input, wantsProbabilities: false)
            results[kernels] = result
        }
        let portable = try #require(results[.portable])
        for (kernels, result) in results { #expect(Fixture.error(result.planes, portable.planes) < 2e-5, "\(kernels)") }
        if let wide = results[.avx512], let narrow = results[.avx2] { #expect(wide.planes == narrow.planes) }
    }

    @Test func repeatedRunsGiveTheSameBits() throws {
        let graph = SegmentationNetwork.graph(classes: 11)
        let plan = try InferencePlan(
            graph, weights: Fixture.weights(of: graph), size: Graph.Size(height: 60, width: 80), workers: WorkerPool(threads: 3),
            input: .planes)
        let inputs = [1, 2].map { Fixture.noise($0, count: 3 * 60 * 80) }
        var first = Result(classes: 11, pixels: 60 * 80)
        var other = first
        var again = first
        first.run(plan, input: inputs[0], wantsProbabilities: false)
        other.run(plan, input: inputs[1], wantsProbabilities: false)
        again.run(plan, input: inputs[0], wantsProbabilities: false)
        #expect(first.planes == again.planes)
        #expect(first.planes != other.planes)
    }

    @Test func picturesAreNormalisedAsTheNetworkExpects() throws {
        let graph = SegmentationNetwork.graph(classes: 4)
        let size = Graph.Size(height: 21, width: 37)
        let mean: [Float] = [0.485, 0.456, 0.406]
        let deviation: [Float] = [0.229, 0.224, 0.225]
        let pixels = 21 * 37
        let rgb = Fixture.noise(3, count: 3 * pixels).map { UInt8(($0 + 1) * 127.5) }
        let planes = (0..<3).flatMap { c in (0..<pixels).map { (Float(rgb[3 * $0 + c]) / 255 - mean[c]) / deviation[c] } }
        let weights = Fixture.weights(of: graph)
        let workers = try WorkerPool(threads: 1)
        var expected = Result(classes: 4, pixels: pixels)
        var result = expected
        expected.run(
            try InferencePlan(graph, weights: weights, size: size, workers: workers, input: .planes), input: planes,
            wantsProbabilities: false)
        let plan = try InferencePlan(
            graph, weights: weights, size: size, workers: workers, input: .rgb(mean: mean, deviation: deviation))
        result.planes.withUnsafeMutableBufferPointer { plan.run(rgb: rgb, rowBytes: 37 * 3, into: .init(planes: $0.baseAddress)) }
        #expect(Fixture.error(result.planes, expected.planes) < 1e-5)
    }

    @Test func weightsThatDoNotFitAreNamed() throws {
        let graph = SegmentationNetwork.graph(classes: 11)
        var weights = Fixture.weights(of: graph)
        weights["decode2.0.weight"] = Tensor(zeros: [32, 192, 3, 3])
        let error = #expect(throws: NetworkError.self) {
            try InferencePlan(
                graph, weights: weights, size: Graph.Size(height: 64, width: 64), workers: WorkerPool(threads: 1), input: .planes)
        }
        #expect(error?.problem.contains("decode2.0.weight is [32, 224, 3, 3]") == true)
    }
}

/// Everything that a run can deliver.
private struct Result {
    var planes: [Float]
    var classMap: [UInt8]
    var topProbability: [UInt8]

    init(classes: Int, pixels: Int) {
        planes = [Float](repeating: .nan, count: classes * pixels)
        classMap = [UInt8](repeating: 77, count: pixels)
        topProbability = classMap
    }

    mutating func run(_ plan: InferencePlan, input: [Float], wantsProbabilities: Bool) {
        planes.withUnsafeMutableBufferPointer { planes in
            classMap.withUnsafeMutableBufferPointer { classMap in
                topProbability.withUnsafeMutableBufferPointer { top in
                    plan.run(
                        planes: input,
                        into: .init(
                            classMap: classMap.baseAddress, topProbability: top.baseAddress, planes: planes.baseAddress,
                            wantsProbabilities: wantsProbabilities))
                }
            }
        }
    }

    static func best(of scores: [Float], classes: Int) -> [UInt8] {
        let pixels = scores.count / classes
        return (0..<pixels).map { pixel in
            UInt8((0..<classes).reduce(0) { scores[$1 * pixels + pixel] > scores[$0 * pixels + pixel] ? $1 : $0 })
        }
    }

    static func softmax(_ scores: [Float], classes: Int) -> [Float] {
        let pixels = scores.count / classes
        var result = scores
        for pixel in 0..<pixels {
            let exponentials = (0..<classes).map { exp(Double(scores[$0 * pixels + pixel])) }
            let sum = exponentials.reduce(0, +)
            for c in 0..<classes { result[c * pixels + pixel] = Float(exponentials[c] / sum) }
        }
        return result
    }
}
