import Foundation
import NeuralNetwork
import RoadScenes
import Testing

/// Every network by name: what PyTorch's statement of it (Benchmarks/twins.py) has, and names that hold together.
struct NetworkTests {
    @Test(arguments: [
        (Network.paper, 2_062_059, 2_111_219), (.efficientNetLite0, 3_110_155, 3_142_931),
        (.efficientNetLite1, 3_874_827, 3_907_603), (.efficientNetLite2, 4_512_331, 4_545_107),
        (.deepLabV2, 43_311_212, 43_901_068),
    ])
    func parametersAreAsManyAsPyTorchs(network: Network, ofElevenClasses: Int, ofNineteen: Int) {
        #expect(network.graph(classes: 11).parameterCount == ofElevenClasses)
        #expect(network.graph(classes: 19).parameterCount == ofNineteen)
    }

    @Test(arguments: [
        (Network.paper, "9.94"), (.efficientNetLite0, "5.21"), (.efficientNetLite1, "6.03"), (.efficientNetLite2, "6.55"),
        (.deepLabV2, "246.73"),
    ])
    func operationsAreAsManyAsPyTorchCounts(network: Network, gigaOperations: String) {
        let count = network.graph(classes: 11).operationCount(input: Graph.Size(height: 360, width: 480))
        #expect(String(format: "%.2f", Double(count) / 1e9) == gigaOperations)
    }

    @Test(arguments: Network.allCases) func scoresHaveTheClassesAndTheInputsSize(network: Network) throws {
        let graph = network.graph(classes: 5)
        #expect(graph.inputChannels == 3 && graph.outputChannels == 5)
        for size in [Graph.Size(height: 360, width: 480), Graph.Size(height: 75, width: 107)] {
            #expect(graph.sizes(input: size)[graph.output] == size)
        }
    }

    @Test(arguments: Network.allCases) func onlyTheClassifierDependsOnTheClasses(network: Network) {
        let (few, many) = (network.graph(classes: 3).parameters, network.graph(classes: 19).parameters)
        #expect(few.map(\.name) == many.map(\.name))
        for (one, other) in zip(few, many) {
            #expect((one.shape == other.shape) == !network.isClassifier(one.name), "\(one.name)")
        }
    }

    @Test(arguments: Network.allCases) func encoderIsAPartInFrontOfTheClassifier(network: Network) {
        let names = network.graph(classes: 3).parameters.map(\.name)
        let encoder = names.filter(network.isEncoder)
        #expect(!encoder.isEmpty && encoder.count < names.count)
        #expect(encoder.allSatisfy { !network.isClassifier($0) })
    }

    @Test func liteEncoderStopsBeforeTheClassifierOfImageNet() {
        // ImageNet's lite0 has 4,652,008 values; its last 1×1 convolution, with batch norm, and its classifier are left out.
        let head = 320 * 1280 + 2 * 1280
        let classifier = 1280 * 1000 + 1000
        let graph = Network.efficientNetLite0.graph(classes: 2)
        let encoder = graph.parameters.filter { $0.isTrained && Network.efficientNetLite0.isEncoder($0.name) }
        let count = encoder.reduce(0) { $0 + $1.count }
        #expect(count == 4_652_008 - head - classifier)
    }

    @Test func deepLabHasThePublishedParametersAndSizes() {
        // For the 21 classes of Pascal VOC: ResNet-101 without its classifier, 42.5 million, and four convolutions.
        let graph = Network.deepLabV2.graph(classes: 21)
        #expect(graph.parameterCount == 42_500_160 + 4 * (2048 * 9 * 21 + 21))
        // A crop of 321×321 is scored at 41×41.
        let sizes = graph.sizes(input: Graph.Size(height: 321, width: 321))
        func side(_ name: String) -> Int? { graph.nodes.firstIndex { $0.name == name }.map { sizes[$0].height } }
        func channels(_ name: String) -> Int? { graph.nodes.first { $0.name == name }?.channels }
        #expect(side("encoder.stem") == 161 && side("encoder.pool") == 81)
        #expect(["1.2", "2.3", "3.22", "4.2"].map { side("encoder.layer\($0)") } == [81, 41, 41, 41])
        #expect(["1.2", "2.3", "3.22", "4.2"].map { channels("encoder.layer\($0)") } == [256, 512, 1024, 2048])
        #expect(side("classify.3") == 41 && side("scores") == 321)
    }

    @Test(arguments: Network.allCases) func namesFindTheirNetwork(network: Network) throws {
        #expect(try Network(named: network.rawValue) == network)
        #expect(Network.names.contains(network.rawValue))
    }

    @Test(arguments: ["", "Paper", "efficientnet", "efficientnet-lite9"]) func unknownNamesAreToldWhatThereIs(name: String) {
        let error = #expect(throws: NetworkError.self) { try Network(named: name) }
        #expect(error?.problem == "there is no network '\(name)', only \(Network.names).")
    }
}
