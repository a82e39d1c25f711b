import NeuralNetwork
import RoadScenes
import SwiftProtobuf
import Testing

/// The exported ONNX parses back, is complete, and its sizes are the graph's. Its numbers are compared in Benchmarks.
struct ONNXExportTests {
    private func export(_ graph: Graph, _ size: Graph.Size, metadata: [String: String] = [:]) throws -> ONNXModelProto {
        let tensors = Weights.heInitialized(for: graph, seed: 7)
        return try ONNXModelProto(
            serializedBytes: ONNXExport.encode(graph, tensors: tensors, input: size, name: "network", metadata: metadata))
    }

    private func shape(_ value: ONNXValueInfoProto) -> [Int64] { value.type.tensorType.shape.dim.map(\.dimValue) }

    @Test(arguments: [(480, 360), (107, 75), (1024, 512)]) func segmentationNetworkIsCompleteAtEverySize(width: Int, height: Int)
        throws
    {
        let graph = SegmentationNetwork.graph(classes: 11)
        let model = try export(graph, Graph.Size(height: height, width: width))
        #expect(model.irVersion >= 8)
        #expect(model.opsetImport.map(\.version) == [13])
        #expect(model.graph.input.map(shape) == [[1, 3, Int64(height), Int64(width)]])
        #expect(model.graph.output.map(shape) == [[1, 11, Int64(height), Int64(width)]])
        #expect(model.graph.output.map(\.name) == ["scores"])

        let operators = Dictionary(grouping: model.graph.node, by: \.opType).mapValues(\.count)
        let convolutions = graph.nodes.filter { if case .convolution = $0.operation { true } else { false } }.count
        let needsCrop = width % 4 != 0 || height % 4 != 0
        #expect(operators["Conv"] == convolutions && operators["Relu"] == convolutions)
        #expect(operators["AveragePool"] == 3 && operators["Resize"] == 3 && operators["ConvTranspose"] == 1)
        #expect(operators["Slice"] == (needsCrop ? 1 : nil))
    }

    @Test(arguments: [Network.efficientNetLite0, .efficientNetLite2])
    func invertedResidualsBecomeGroupedConvolutionsClipsAndAdditions(network: Network) throws {
        let graph = network.graph(classes: 11)
        let model = try export(graph, Graph.Size(height: 75, width: 107))
        func nodes(_ activation: Graph.Activation) -> Int { graph.nodes.count { $0.activation == activation } }
        let operators = Dictionary(grouping: model.graph.node, by: \.opType).mapValues(\.count)
        #expect(operators["Clip"] == nodes(.relu6) && operators["Relu"] == nodes(.relu))
        #expect(operators["Add"] == graph.nodes.count { if case .add = $0.operation { true } else { false } })
        #expect(operators["Resize"] == 3 && operators["Slice"] == 1)
        for node in model.graph.node where node.opType == "Conv" {
            let name = node.name.hasSuffix(".conv") ? String(node.name.dropLast(5)) : node.name
            let layer = try #require(graph.nodes.first { $0.name == name })
            let isDepthwise = if case .depthwiseConvolution = layer.operation { true } else { false }
            #expect(node.attribute.first { $0.name == "group" }?.i == (isDepthwise ? Int64(layer.channels) : 1), "\(name)")
        }
        // Both limits of a clip are scalars.
        let limits = model.graph.initializer.filter { $0.name.hasSuffix(".low") || $0.name.hasSuffix(".high") }
        #expect(limits.count == 2 * nodes(.relu6) && limits.allSatisfy { $0.dims.isEmpty && $0.rawData.count == 4 })
    }

    /// The file is written without protobuf's library, and is what that would write.
    @Test func theBytesAreProtobufsOwn() throws {
        let graph = Network.efficientNetLite0.graph(classes: 19)
        let tensors = Weights.heInitialized(for: graph, seed: 7)
        let metadata = ["name": String(repeating: "ä", count: 200), "empty": ""]
        let bytes = try ONNXExport.encode(
            graph, tensors: tensors, input: Graph.Size(height: 75, width: 107), name: "network", metadata: metadata)
        let model = try ONNXModelProto(serializedBytes: bytes)
        #expect(try model.serializedBytes() == bytes)
        #expect(model.metadataProps.map(\.value) == ["", metadata["name"]])
    }

    /// What DeepLab has and the others have not, small.
    private static var resizedEnd: Graph {
        var graph = Graph(inputChannels: 3)
        let pooled = graph.maxPool("pool", of: graph.convolution("stem", of: Graph.inputNode, channels: 8, kernel: 7, stride: 2))
        let branches = [1, 6].map { graph.biasedConvolution("classify.\($0)", of: pooled, channels: 5, kernel: 3, dilation: $0) }
        graph.resize("scores", of: graph.sum("sum", branches[0], branches[1]), like: Graph.inputNode)
        return graph
    }

    @Test func maxPoolBiasedConvolutionsAndAResizedEndBecomeOperators() throws {
        let model = try export(Self.resizedEnd, Graph.Size(height: 33, width: 48))
        #expect(model.graph.node.map(\.opType) == ["Conv", "Relu", "MaxPool", "Conv", "Conv", "Add", "Resize"])
        let pool = try #require(model.graph.node.first { $0.opType == "MaxPool" })
        let attributes = Dictionary(uniqueKeysWithValues: pool.attribute.map { ($0.name, $0.ints.isEmpty ? [$0.i] : $0.ints) })
        #expect(attributes == ["kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": [1]])
        let biased = try #require(model.graph.node.first { $0.name == "classify.6" })
        #expect(biased.input == ["pool", "classify.6.weight", "classify.6.bias"])
        #expect(biased.attribute.first { $0.name == "dilations" }?.ints == [6, 6])
        #expect(model.graph.output.map(shape) == [[1, 5, 33, 48]])
    }

    @Test func everyValueIsMadeOnceAndBeforeItIsUsed() throws {
        let networks = [Network.paper, .efficientNetLite0].map { $0.graph(classes: 19) } + [Self.resizedEnd]
        for graph in networks + [AuxiliaryNetwork.graph(classes: 19)] {
            let model = try export(graph, Graph.Size(height: 75, width: 107))
            var known = Set(model.graph.input.map(\.name) + model.graph.initializer.map(\.name))
            for node in model.graph.node {
                #expect(node.input.allSatisfy { $0.isEmpty || known.contains($0) }, "\(node.name)")
                for output in node.output { #expect(known.insert(output).inserted, "\(output) is made twice") }
            }
            #expect(model.graph.output.allSatisfy { known.contains($0.name) })
        }
    }

    @Test func initializersHoldWhatTheirShapesSay() throws {
        let graph = AuxiliaryNetwork.graph(classes: 11)
        let model = try export(graph, Graph.Size(height: 40, width: 40))
        for tensor in model.graph.initializer {
            let size = tensor.dataType == Int32(ONNXTensorProto.DataType.int64.rawValue) ? 8 : 4
            #expect(tensor.rawData.count == Int(tensor.dims.reduce(1, *)) * size, "\(tensor.name)")
        }
        // Folding turns scale and shift into one bias.
        let floats = model.graph.initializer.filter { $0.dataType == 1 }.reduce(0) { $0 + $1.rawData.count / 4 }
        let scales = graph.parameters.filter { $0.role == .batchNormScale }.reduce(0) { $0 + $1.count }
        #expect(floats == graph.parameterCount - scales)
    }

    @Test func dilationPaddingAndStrideBecomeAttributes() throws {
        let model = try export(AuxiliaryNetwork.graph(classes: 11), Graph.Size(height: 64, width: 64))
        func ints(_ node: String, _ attribute: String) -> [Int64]? {
            model.graph.node.first { $0.name == node }?.attribute.first { $0.name == attribute }?.ints
        }
        #expect(ints("aspp.4.conv", "dilations") == [16, 16])
        #expect(ints("aspp.4.conv", "pads") == [16, 16, 16, 16])
        #expect(ints("conv1.conv", "strides") == [2, 2])
        #expect(ints("confidence.map", "strides") == nil && ints("confidence.cropped", "strides") == [4, 4])
    }

    @Test func metadataTravelsInTheModel() throws {
        let model = try export(
            AuxiliaryNetwork.graph(classes: 2), Graph.Size(height: 32, width: 32), metadata: ["b": "2", "a": "1"])
        #expect(model.metadataProps.map { "\($0.key)=\($0.value)" } == ["a=1", "b=2"])
    }

    @Test func sameInputGivesTheSameBytes() throws {
        let graph = AuxiliaryNetwork.graph(classes: 3)
        let tensors = Weights.heInitialized(for: graph, seed: 1)
        let files = try (0..<2).map { _ in
            try ONNXExport.encode(
                graph, tensors: tensors, input: Graph.Size(height: 32, width: 32), name: "n", metadata: ["a": "1", "b": "2"])
        }
        #expect(files[0] == files[1])
    }
}
