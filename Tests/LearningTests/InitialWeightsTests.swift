import Learning
import NeuralNetwork
import RoadScenes
import Testing

@Suite struct InitialWeightsTests {
    private let graph = SegmentationNetwork.graph(classes: 11)
    /// As PyTorch would save an encoder that was trained with another head.
    private var file: Weights {
        let other = InitialWeights.random(for: SegmentationNetwork.graph(classes: 19), seed: 9)
        var tensors = other.filter { !$0.key.hasPrefix("decode") && !$0.key.hasPrefix("classify") }
        tensors["fc.weight"] = Tensor(zeros: [1000, 544])
        return Weights(tensors: tensors)
    }

    @Test(arguments: ["", "module."]) func theEncoderComesFromTheFileAndTheRestIsRandom(prefix: String) throws {
        let given = file.tensors
        let parallel = Weights(tensors: Dictionary(uniqueKeysWithValues: given.map { (prefix + $0.key, $0.value) }))
        let start = try InitialWeights.withEncoder(parallel, name: "f", for: graph, seed: 1)
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
                try InitialWeights.withEncoder(Weights(tensors: tensors), name: "f", for: graph, seed: 1)
            } throws: {
                ($0 as? LearningError)?.problem.contains(named) == true
            }
        }
        refused("transition1.conv.0.weight is missing") { $0["transition1.conv.0.weight"] = nil }
        refused("block1.0.left.0.weight is (16,64,1,1)") { $0["block1.0.left.0.weight"] = Tensor(zeros: [16, 64, 3, 3]) }
        refused("block5.0.grow.0.weight") { $0["block5.0.grow.0.weight"] = Tensor(zeros: [1]) }
        refused("0 of the encoder's") { $0 = [:] }
    }
}
