import Foundation
import NeuralNetwork
import Testing

/// Max pooling, convolutions with bias, and scores that are resized to the input, against plain loops over every pixel.
@Suite struct ResizedEndTests {
    private static let available = Kernels.allCases.filter(\.isAvailable)

    /// A map of (channels, height, width).
    private struct Map {
        let channels: Int
        let size: Graph.Size
        var values: [Float]

        subscript(c: Int, y: Int, x: Int) -> Float {
            guard (0..<size.height).contains(y), (0..<size.width).contains(x) else { return 0 }
            return values[(c * size.height + y) * size.width + x]
        }

        func made(_ channels: Int, _ size: Graph.Size, _ value: (Int, Int, Int) -> Float) -> Map {
            var values: [Float] = []
            for c in 0..<channels { for y in 0..<size.height { for x in 0..<size.width { values.append(value(c, y, x)) } } }
            return Map(channels: channels, size: size, values: values)
        }

        func maxPooled() -> Map {
            made(channels, Graph.Size(height: size.height / 2 + 1, width: size.width / 2 + 1)) { c, y, x in
                var largest = -Float.infinity
                for iy in max(0, 2 * y - 1)...min(size.height - 1, 2 * y + 1) {
                    for ix in max(0, 2 * x - 1)...min(size.width - 1, 2 * x + 1) { largest = max(largest, self[c, iy, ix]) }
                }
                return largest
            }
        }

        func convolved(_ weight: Tensor, _ bias: Tensor, dilation: Int) -> Map {
            made(weight.shape[0], size) { n, y, x in
                var sum = Double(bias.values[n])
                for k in 0..<channels {
                    for tap in 0..<9 {
                        let value = self[k, y + (tap / 3 - 1) * dilation, x + (tap % 3 - 1) * dilation]
                        sum += Double(weight.values[(n * channels + k) * 9 + tap]) * Double(value)
                    }
                }
                return Float(sum)
            }
        }

        func resized(to target: Graph.Size) -> Map {
            func source(_ index: Int, _ out: Int, _ from: Int) -> (Int, Int, Float) {
                let at = max(0, (Float(index) + 0.5) * Float(from) / Float(out) - 0.5)
                return (Int(at), min(Int(at) + 1, from - 1), at - Float(Int(at)))
            }
            return made(channels, target) { c, y, x in
                let (top, bottom, v) = source(y, target.height, size.height)
                let (left, right, h) = source(x, target.width, size.width)
                let upper = self[c, top, left] * (1 - h) + self[c, top, right] * h
                let lower = self[c, bottom, left] * (1 - h) + self[c, bottom, right] * h
                return upper * (1 - v) + lower * v
            }
        }
    }

    @Test(arguments: available, [3, 8, 11]) func scoresClassesAndProbabilitiesAreThoseOfPlainLoops(kernels: Kernels, classes: Int)
        throws
    {
        for size in [Graph.Size(height: 8, width: 8), Graph.Size(height: 21, width: 34), Graph.Size(height: 40, width: 57)] {
            var graph = Graph(inputChannels: 8)
            let pooled = graph.maxPool("second", of: graph.maxPool("first", of: Graph.inputNode))
            let branches = [1, 2, 6].map {
                graph.biasedConvolution("classify.\($0)", of: pooled, channels: classes, kernel: 3, dilation: $0)
            }
            let sum = graph.sum("three", graph.sum("two", branches[0], branches[1]), branches[2])
            graph.resize("scores", of: sum, like: Graph.inputNode)
            let weights = Weights.heInitialized(for: graph, seed: 5).mapValues { tensor in
                // Biases that are not zero.
                tensor.shape.count == 1
                    ? Tensor(shape: tensor.shape, values: tensor.values.indices.map { Float($0) / 10 }) : tensor
            }
            let input = Fixture.noise(3, count: 8 * size.height * size.width)
            let features = Map(channels: 8, size: size, values: input).maxPooled().maxPooled()
            var expected = [Float](repeating: 0, count: classes * features.size.height * features.size.width)
            for dilation in [1, 2, 6] {
                let name = "classify.\(dilation)"
                let branch = features.convolved(weights[name + ".weight"]!, weights[name + ".bias"]!, dilation: dilation)
                for index in expected.indices { expected[index] += branch.values[index] }
            }
            let scores = Map(channels: classes, size: features.size, values: expected).resized(to: size).values

            let plan = try InferencePlan(
                graph, weights: weights, size: size, workers: WorkerPool(threads: 2), kernels: kernels, input: .planes)
            let pixels = size.height * size.width
            var planes = [Float](repeating: .nan, count: classes * pixels)
            var (best, top) = ([UInt8](repeating: 99, count: pixels), [UInt8](repeating: 99, count: pixels))
            planes.withUnsafeMutableBufferPointer { planes in
                best.withUnsafeMutableBufferPointer { best in
                    top.withUnsafeMutableBufferPointer { top in
                        plan.run(
                            planes: input,
                            into: .init(
                                classMap: best.baseAddress, topProbability: top.baseAddress, planes: planes.baseAddress))
                    }
                }
            }
            #expect(Fixture.error(planes, scores) < 2e-5)
            for pixel in 0..<pixels {
                let own = (0..<classes).map { planes[$0 * pixels + pixel] }
                let largest = own.max()!
                #expect(own[Int(best[pixel])] == largest)
                let sum = own.reduce(0) { $0 + exp(Double($1 - largest)) }
                #expect(abs(Double(top[pixel]) - 255 / sum) < 0.51)
            }
        }
    }

    /// Two convolutions without activation meet in a sum: only one of them may take it into its step.
    @Test(arguments: available) func aSumOfTwoPointwiseConvolutionsIsComputedOnce(kernels: Kernels) throws {
        var graph = Graph(inputChannels: 8)
        let first = graph.convolution("first", of: Graph.inputNode, channels: 16, kernel: 1, activation: .none)
        let second = graph.convolution("second", of: Graph.inputNode, channels: 16, kernel: 1, activation: .none)
        let sum = graph.sum("sum", first, second, activation: .relu)
        graph.resize("scores", of: sum, like: Graph.inputNode)
        let weights = Fixture.weights(of: graph)
        func values(_ observed: Set<String>) throws -> [Float] {
            let plan = try InferencePlan(
                graph, weights: weights, size: Graph.Size(height: 9, width: 13), workers: WorkerPool(threads: 2),
                kernels: kernels,
                input: .planes, observing: observed)
            var planes = [Float](repeating: 0, count: 16 * 9 * 13)
            let input = Fixture.noise(4, count: 8 * 9 * 13)
            planes.withUnsafeMutableBufferPointer { plan.run(planes: input, into: .init(planes: $0.baseAddress)) }
            return planes
        }
        // What is observed is a step of its own.
        #expect(try Fixture.error(values([]), values(["first", "second"])) < 1e-6)
    }
}
