import NeuralNetwork
import RoadScenes
import Testing

/// The exported ONNX parses back, is complete, and its sizes are the graph's. Its numbers are compared in Benchmarks.
struct ONNXExportTests {
    private func export(_ graph: Graph, _ size: Graph.Size, metadata: [String: String] = [:]) throws -> ONNXModel {
        let tensors = Weights.heInitialized(for: graph, seed: 7)
        return try ONNXModel(
            ONNXExport.encode(graph, tensors: tensors, input: size, name: "network", metadata: metadata))
    }

    @Test(arguments: [(480, 360), (107, 75), (1024, 512)]) func segmentationNetworkIsCompleteAtEverySize(width: Int, height: Int)
        throws
    {
        let graph = SegmentationNetwork.graph(classes: 11)
        let model = try export(graph, Graph.Size(height: height, width: width))
        #expect(model.irVersion >= 8)
        #expect(model.opsets == [13])
        #expect(model.graph.inputs.map(\.shape) == [[1, 3, Int64(height), Int64(width)]])
        #expect(model.graph.outputs.map(\.shape) == [[1, 11, Int64(height), Int64(width)]])
        #expect(model.graph.outputs.map(\.name) == ["scores"])

        let operators = Dictionary(grouping: model.graph.nodes, by: \.opType).mapValues(\.count)
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
        let operators = Dictionary(grouping: model.graph.nodes, by: \.opType).mapValues(\.count)
        #expect(operators["Clip"] == nodes(.relu6) && operators["Relu"] == nodes(.relu))
        #expect(operators["Add"] == graph.nodes.count { if case .add = $0.operation { true } else { false } })
        #expect(operators["Resize"] == 3 && operators["Slice"] == 1)
        for node in model.graph.nodes where node.opType == "Conv" {
            let name = node.name.hasSuffix(".conv") ? String(node.name.dropLast(5)) : node.name
            let layer = try #require(graph.nodes.first { $0.name == name })
            let isDepthwise = if case .depthwiseConvolution = layer.operation { true } else { false }
            #expect(node.attributes.first { $0.name == "group" }?.number == (isDepthwise ? Int64(layer.channels) : 1), "\(name)")
        }
        // Both limits of a clip are scalars.
        let limits = model.graph.initializers.filter { $0.name.hasSuffix(".low") || $0.name.hasSuffix(".high") }
        #expect(limits.count == 2 * nodes(.relu6) && limits.allSatisfy { $0.dims.isEmpty && $0.rawBytes == 4 })
    }

    /// The file is written without protobuf's library, and is what that would write.
    @Test(.enabled(if: ProtocProgram.isInstalled, "needs Debian's protobuf-compiler"))
    func theBytesAreProtobufsOwn() throws {
        let graph = Network.efficientNetLite0.graph(classes: 19)
        let tensors = Weights.heInitialized(for: graph, seed: 7)
        let metadata = ["name": String(repeating: "ä", count: 200), "empty": ""]
        let bytes = try ONNXExport.encode(
            graph, tensors: tensors, input: Graph.Size(height: 75, width: 107), name: "network", metadata: metadata)
        #expect(try ProtocProgram.readAndWrittenAgain(bytes) == bytes)
        #expect(try ONNXModel(bytes).metadata.map(\.value) == ["", metadata["name"]])
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
        #expect(model.graph.nodes.map(\.opType) == ["Conv", "Relu", "MaxPool", "Conv", "Conv", "Add", "Resize"])
        let pool = try #require(model.graph.nodes.first { $0.opType == "MaxPool" })
        let attributes = Dictionary(uniqueKeysWithValues: pool.attributes.map { ($0.name, $0.number.map { [$0] } ?? $0.numbers) })
        #expect(attributes == ["kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "ceil_mode": [1]])
        let biased = try #require(model.graph.nodes.first { $0.name == "classify.6" })
        #expect(biased.inputs == ["pool", "classify.6.weight", "classify.6.bias"])
        #expect(biased.attributes.first { $0.name == "dilations" }?.numbers == [6, 6])
        #expect(model.graph.outputs.map(\.shape) == [[1, 5, 33, 48]])
    }

    @Test func everyValueIsMadeOnceAndBeforeItIsUsed() throws {
        let networks = [Network.paper, .efficientNetLite0].map { $0.graph(classes: 19) } + [Self.resizedEnd]
        for graph in networks + [AuxiliaryNetwork.graph(classes: 19)] {
            let model = try export(graph, Graph.Size(height: 75, width: 107))
            var known = Set(model.graph.inputs.map(\.name) + model.graph.initializers.map(\.name))
            for node in model.graph.nodes {
                #expect(node.inputs.allSatisfy { $0.isEmpty || known.contains($0) }, "\(node.name)")
                for output in node.outputs { #expect(known.insert(output).inserted, "\(output) is made twice") }
            }
            #expect(model.graph.outputs.allSatisfy { known.contains($0.name) })
        }
    }

    @Test func initializersHoldWhatTheirShapesSay() throws {
        let graph = AuxiliaryNetwork.graph(classes: 11)
        let model = try export(graph, Graph.Size(height: 40, width: 40))
        for tensor in model.graph.initializers {
            let size = tensor.dataType == ONNXModel.Tensor.int64 ? 8 : 4
            #expect(tensor.rawBytes == Int(tensor.dims.reduce(1, *)) * size, "\(tensor.name)")
        }
        // Folding turns scale and shift into one bias.
        let floats = model.graph.initializers.filter { $0.dataType == ONNXModel.Tensor.float }.reduce(0) { $0 + $1.rawBytes / 4 }
        let scales = graph.parameters.filter { $0.role == .batchNormScale }.reduce(0) { $0 + $1.count }
        #expect(floats == graph.parameterCount - scales)
    }

    @Test func dilationPaddingAndStrideBecomeAttributes() throws {
        let model = try export(AuxiliaryNetwork.graph(classes: 11), Graph.Size(height: 64, width: 64))
        func ints(_ node: String, _ attribute: String) -> [Int64]? {
            model.graph.nodes.first { $0.name == node }?.attributes.first { $0.name == attribute }?.numbers
        }
        #expect(ints("aspp.4.conv", "dilations") == [16, 16])
        #expect(ints("aspp.4.conv", "pads") == [16, 16, 16, 16])
        #expect(ints("conv1.conv", "strides") == [2, 2])
        #expect(ints("confidence.map", "strides") == nil && ints("confidence.cropped", "strides") == [4, 4])
    }

    @Test func metadataTravelsInTheModel() throws {
        let model = try export(
            AuxiliaryNetwork.graph(classes: 2), Graph.Size(height: 32, width: 32), metadata: ["b": "2", "a": "1"])
        #expect(model.metadata.map { "\($0.key)=\($0.value)" } == ["a=1", "b=2"])
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
