import Foundation
import NeuralNetwork
import RoadScenes
import Testing

/// Bundles come back as they were written, and whatever does not fit the networks is named.
struct ModelBundleTests {
    private static let segmentation = Weights.heInitialized(for: SegmentationNetwork.graph(classes: 11), seed: 3)

    /// Written and read back once for all the tests that only change it.
    private static let goodFile = Result { try file(of: makeBundle()) }

    private static func makeBundle(auxiliary: [String: Tensor]? = nil) throws -> ModelBundle {
        try ModelBundle(
            classes: .camvid, inputSize: Graph.Size(height: 360, width: 480), segmentation: segmentation, auxiliary: auxiliary,
            metrics: ["miou": 0.587],
            lineage: ModelBundle.Lineage(parent: "0123456789abcdef", recipe: "camvid", trainingItems: ["a/b \"c\".png", "Grüße"]))
    }

    private static func file(of bundle: ModelBundle, precision: Weights.Precision = .float32) throws -> Weights {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try bundle.write(to: path, precision: precision)
        return try Weights(contentsOf: path)
    }

    @Test func everythingComesBackFromAFile() throws {
        let bundle = try Self.makeBundle(auxiliary: Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: 11), seed: 4))
        let back = try ModelBundle(Self.file(of: bundle), name: "bundle")
        #expect(back.classes == .camvid && back.inputSize == bundle.inputSize)
        #expect(back.mean == ModelBundle.imageNetMean && back.deviation == ModelBundle.imageNetDeviation)
        #expect(back.segmentation == bundle.segmentation && back.auxiliary == bundle.auxiliary)
        #expect(back.auxiliaryIsTrained && back.metrics == bundle.metrics && back.lineage == bundle.lineage)
        #expect(back.fingerprint == bundle.fingerprint)
    }

    private static func calibration(classes: Int) -> ConfidenceCalibration {
        let row: [Double?] = [nil] + Array(repeating: 0.1 + 0.2, count: ConfidenceCalibration.precisions.count - 1)
        return ConfidenceCalibration(
            auxiliary: 0.25, topProbability: 1.5, offsets: Array(repeating: -0.1, count: classes),
            thresholds: Array(repeating: row, count: classes))
    }

    @Test func calibrationBelongsToTheNetworksThatItWasMeasuredOf() throws {
        let auxiliary = Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: 11), seed: 4)
        let calibration = Self.calibration(classes: 11)
        let bundle = try Self.makeBundle(auxiliary: auxiliary).replacing(calibration: calibration)
        #expect(try ModelBundle(Self.file(of: bundle), name: "bundle").calibration == calibration)
        #expect(try bundle.replacing(lineage: ModelBundle.Lineage(note: "other")).calibration == calibration)
        #expect(try bundle.replacing(auxiliary: auxiliary).calibration == nil)
        #expect(try bundle.replacing(segmentation: Self.segmentation).calibration == nil)
        // An auxiliary network that only keeps the place has no confidence to calibrate.
        #expect(try Self.makeBundle().replacing(calibration: calibration).calibration == nil)
    }

    @Test func calibrationThatDoesNotFitIsNamed() throws {
        let bundle = try Self.makeBundle(auxiliary: Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: 11), seed: 4))
        #expect { try bundle.replacing(calibration: Self.calibration(classes: 10)) } throws: { "\($0)".contains("10 offsets") }
        var endless = Self.calibration(classes: 11)
        endless.offsets[3] = .infinity
        #expect { try bundle.replacing(calibration: endless) } throws: { "\($0)".contains("not finite") }
    }

    @Test func float16BundlesHaveRoundedWeightsAndExactStatistics() throws {
        let back = try ModelBundle(Self.file(of: Self.makeBundle(), precision: .float16), name: "bundle")
        let name = "decode2.0.weight"
        #expect(back.segmentation[name]?.values == Self.segmentation[name]?.values.map { Float(Float16($0)) })
        #expect(back.segmentation["decode2.1.running_var"] == Self.segmentation["decode2.1.running_var"])
    }

    @Test func bundleWithoutAnAuxiliaryNetworkSaysThatItsOneIsUntrained() throws {
        let bundle = try ModelBundle(Self.goodFile.get(), name: "bundle")
        #expect(!bundle.auxiliaryIsTrained)
        #expect(try bundle.auxiliary == Self.makeBundle().auxiliary)
        #expect(bundle.auxiliary["conv1.1.running_var"]?.values == [Float](repeating: 1, count: 32))
    }

    @Test func parametersAndOperationsAreThePapers() {
        let large = Graph.Size(height: 512, width: 1024)
        #expect(SegmentationNetwork.graph(classes: 19).parameterCount == 2_111_219)
        #expect(AuxiliaryNetwork.graph(classes: 19).parameterCount == 1_363_041)
        #expect(SegmentationNetwork.graph(classes: 11).parameterCount == 2_062_059)
        func gigaOperations(_ graph: Graph, _ size: Graph.Size) -> String {
            String(format: "%.2f", Double(graph.operationCount(input: size)) / 1e9)
        }
        #expect(gigaOperations(SegmentationNetwork.graph(classes: 19), large) == "33.25")
        #expect(gigaOperations(SegmentationNetwork.graph(classes: 11), Graph.Size(height: 360, width: 480)) == "9.94")
        #expect(gigaOperations(AuxiliaryNetwork.graph(classes: 19), large).hasPrefix("93.9"))
        #expect(gigaOperations(AuxiliaryNetwork.graph(classes: 11), Graph.Size(height: 360, width: 480)).hasPrefix("30.7"))
    }

    @Test func tensorOfAnotherShapeIsNamedWithBothShapes() throws {
        var file = try Self.goodFile.get()
        file.tensors["segmentation.decode2.0.weight"] = Tensor(zeros: [32, 192, 3, 3])
        let error = #expect(throws: NetworkError.self) { try ModelBundle(file, name: "camvid.safetensors") }
        #expect(
            error?.description
                == "Cannot use camvid.safetensors: segmentation.decode2.0.weight is (32,224,3,3) in this network, the file has (32,192,3,3). "
                + "Was it made by another version? 'camber models show' prints what a bundle holds.")
    }

    @Test func missingAndUnknownTensorsAreNamed() throws {
        let good = try Self.goodFile.get()
        func problem(_ change: (inout Weights) -> Void) -> String? {
            var file = good
            change(&file)
            return #expect(throws: NetworkError.self) { try ModelBundle(file, name: "f") }?.problem
        }
        #expect(
            problem { $0.tensors["auxiliary.aspp.3.0.weight"] = nil }
                == "Cannot use f: auxiliary.aspp.3.0.weight is not in the file.")
        #expect(
            problem { $0.tensors = $0.tensors.filter { !$0.key.hasPrefix("segmentation.classify") } }
                == "Cannot use f: segmentation.classify.weight and 1 other are not in the file.")
        #expect(
            problem { $0.tensors["segmentation.block5.weight"] = Tensor(zeros: [1]) }
                == "Cannot use f: segmentation.block5.weight is not in this network.")
        #expect(
            problem { $0.tensors["optimizer.step"] = Tensor(zeros: [1]) }
                == "Cannot use f: optimizer.step belongs to neither network.")
        #expect(
            problem { $0.tensors["segmentation.decode1.1.running_var"]!.values[3] = -0.5 }
                == "Cannot use f: segmentation.decode1.1.running_var is -0.5 at element 3.")
    }

    /// All of these are numbers; what inference makes of them is not.
    @Test(
        arguments: [
            ("segmentation.decode2", ["0.weight": 3e38, "1.weight": 100]),
            ("segmentation.decode2", ["1.weight": 1e38, "1.running_var": 0]),
            ("auxiliary.aspp.3", ["1.running_mean": 1e38, "1.weight": -1e3]),
        ] as [(String, [String: Float])])
    func batchNormsThatLeaveTheRangeOfNumbersAreNamed(node: String, values: [String: Float]) throws {
        var file = try Self.goodFile.get()
        for (parameter, value) in values {
            let name = "\(node).\(parameter)"
            file.tensors[name] = Tensor(
                shape: file.tensors[name]!.shape, values: Array(repeating: value, count: file.tensors[name]!.count))
        }
        let error = #expect(throws: NetworkError.self) { try ModelBundle(file, name: "f") }
        #expect(error?.problem.contains("the batch norm of \(node) leaves the range of float32") == true)
    }

    @Test(arguments: [
        ("camber.format", nil, "it is no bundle"), ("camber.format", "2", "format version 2, this program reads up to 1"),
        ("camber.format", "one", "not a number"), ("classes", nil, "classes is missing"),
        ("classes", "[", "classes cannot be read"),
        ("classes", "[]", "0 classes"),
        ("classes", #"[{"name":"a","color":[1,2,3]},{"name":"a","color":[1,2,3]}]"#, "two classes are named a"),
        ("classes", #"[{"name":"a","color":[1,2]},{"name":"b","color":[1,2,3]}]"#, "has the colour [1, 2]"),
        ("classes", #"[{"name":"a","color":[1,2,300]},{"name":"b","color":[1,2,3]}]"#, "cannot be read"),
        (
            "classes", #"[{"name":"a","color":[1,2,3]},{"name":"b","color":[1,2,3]}]"#,
            "segmentation.classify.weight is (96,2,8,8)"
        ),
        ("input_size", "480", "not a size like 480x360"), ("input_size", "480x-1", "not a size"),
        ("input_size", "99999x99999", "input size"),
        ("network", "resnet", "there is no network 'resnet', only paper, efficientnet-lite0"),
        ("network", "efficientnet-lite0", "segmentation.encoder.stem.0.weight and "),
        ("mean", "[0.5,0.5]", "not three numbers"), ("mean", "[1e999,0,0]", "mean"), ("deviation", "[0.2,0,0.2]", "positive"),
        ("mean", "[0,1e37,0]", "mean"), ("deviation", "[0.2,1e-37,0.2]", "positive"), ("deviation", "[1e-40,1,1]", "positive"),
        ("auxiliary_trained", "perhaps", "auxiliary_trained cannot be read"),
        ("metrics", "{\"a\":\"b\"}", "metrics cannot be read"),
        ("lineage", String(repeating: "[", count: 100_000), "lineage cannot be read"),
    ])
    func wrongMetadataIsNamed(key: String, value: String?, reason: String) throws {
        var file = try Self.goodFile.get()
        file.metadata[key] = value
        let error = #expect(throws: NetworkError.self) { try ModelBundle(file, name: "f") }
        #expect(error?.problem.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test func bundleWithoutANetworksNameHoldsThePapers() throws {
        var file = try Self.goodFile.get()
        #expect(file.metadata.removeValue(forKey: "network") == "paper")
        #expect(try ModelBundle(file, name: "f").network == .paper)
    }

    @Test(arguments: [Network.paper, .efficientNetLite0]) func everyNetworkComesBackFromAFile(network: Network) throws {
        let bundle = try ModelBundle(
            network: network, classes: .camvid, inputSize: Graph.Size(height: 360, width: 480),
            segmentation: Weights.heInitialized(for: network.graph(classes: 11), seed: 5))
        let back = try ModelBundle(Self.file(of: bundle), name: "bundle")
        #expect(back.network == network && back.segmentation == bundle.segmentation)
        #expect(back.segmentationGraph == network.graph(classes: 11))
    }

    @Test func metadataThatIsNotKnownYetIsIgnored() throws {
        var file = try Self.goodFile.get()
        file.metadata["distilled_from"] = "something newer"
        #expect(try ModelBundle(file, name: "f").classes == .camvid)
    }

    @Test func textThatIsNoSizeGivesNone() {
        #expect(Graph.Size(widthByHeight: "480x360") == Graph.Size(height: 360, width: 480))
        for text in ["", "x", "480", "480x", "480x360x3", "0x5", "-4x5", "4 x5"] {
            #expect(Graph.Size(widthByHeight: text) == nil)
        }
    }

    @Test func bundleInSamplesIsGood() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("samples/models/camvid.safetensors").path
        let bundle = try ModelBundle(contentsOf: path)
        #expect(bundle.classes == .camvid && bundle.inputSize == Graph.Size(height: 360, width: 480))
    }
}
