import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct InitialWeightsTests {
    private let graph = Network.paper.graph(classes: 11)
    /// As PyTorch would save an encoder that was trained with another head.
    private var file: Weights {
        let other = InitialWeights.random(for: Network.paper.graph(classes: 19), seed: 9)
        var tensors = other.filter { !$0.key.hasPrefix("decode") && !$0.key.hasPrefix("classify") }
        tensors["fc.weight"] = Tensor(zeros: [1000, 544])
        return Weights(tensors: tensors)
    }

    @Test(arguments: ["", "module."]) func theEncoderComesFromTheFileAndTheRestIsRandom(prefix: String) throws {
        let given = file.tensors
        let parallel = Weights(tensors: Dictionary(uniqueKeysWithValues: given.map { (prefix + $0.key, $0.value) }))
        let start = try InitialWeights.withEncoder(
            TrainedEncoder(parallel, name: "f"), name: "f", for: .paper, classes: 11, seed: 1)
        let random = InitialWeights.random(for: graph, seed: 1)
        #expect(start.unused == ["fc.weight"])
        #expect(start.used == given.keys.filter { $0 != "fc.weight" }.sorted())
        for (name, tensor) in start.tensors {
            #expect(tensor == (start.used.contains(name) ? given[name] : random[name]), "\(name)")
        }
        #expect(start.tensors["block4.7.grow.0.weight"] != random["block4.7.grow.0.weight"])
        #expect(start.tensors["decode1.0.weight"] == random["decode1.0.weight"])
    }

    @Test func whatDoesNotFitIsRefusedByName() throws {
        func refused(_ named: String, _ change: (inout [String: Tensor]) -> Void) {
            var tensors = file.tensors
            change(&tensors)
            #expect {
                try InitialWeights.withEncoder(
                    TrainedEncoder(Weights(tensors: tensors), name: "f"), name: "f", for: .paper, classes: 11, seed: 1)
            } throws: {
                ($0 as? LearningError)?.problem.contains(named) == true
            }
        }
        refused("transition1.conv.0.weight is missing") { $0["transition1.conv.0.weight"] = nil }
        refused("block1.0.left.0.weight is (16,64,1,1)") { $0["block1.0.left.0.weight"] = Tensor(zeros: [16, 64, 3, 3]) }
        refused("block5.0.grow.0.weight") { $0["block5.0.grow.0.weight"] = Tensor(zeros: [1]) }
        refused("0 of the ") { $0 = [:] }
    }

    @Test func weightsKeepTheVarianceOfAReLUsInput() {
        var small = Graph(inputChannels: 3)
        let wide = small.convolution("wide", of: Graph.inputNode, channels: 64, kernel: 3)
        let deep = small.depthwiseConvolution("deep", of: wide, kernel: 5)
        let narrow = small.convolution("narrow", of: deep, channels: 32, kernel: 1)
        small.biasedConvolution("classes", of: narrow, channels: 11, kernel: 3)
        let tensors = InitialWeights.random(for: small, seed: 3)
        func deviation(_ name: String) -> Float {
            let values = tensors[name]!.values
            return (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
        }
        // By the outputs that one value of the input reaches: all filters, a channel's own one alone; the classes start near zero.
        let variances: [(String, Float)] = [
            ("wide.0.weight", 2 / (64 * 9)), ("deep.0.weight", 2 / 25), ("narrow.0.weight", 2 / 32),
            ("classes.weight", 0.01 * 0.01),
        ]
        for (name, variance) in variances {
            let expected = variance.squareRoot()
            #expect(abs(deviation(name) / expected - 1) < 0.1, "\(name)")
        }
    }
}
