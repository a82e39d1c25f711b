import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing

/// What a training begins with: bundles of the same and of other classes, encoders of bundles and of files.
struct SegmentationStartTests {
    private static let bundle = Result { try makeBundle() }

    private static func makeBundle() throws -> ModelBundle {
        try ModelBundle(
            network: .efficientNetLite0, classes: .camvid, inputSize: Graph.Size(height: 64, width: 96),
            mean: [0.1, 0.2, 0.3], deviation: [0.4, 0.5, 0.6],
            segmentation: InitialWeights.random(for: Network.efficientNetLite0.graph(classes: 11), seed: 9),
            lineage: ModelBundle.Lineage(note: "Apache License 2.0"))
    }

    private func start(_ bundle: ModelBundle, _ classes: ClassSet, network: Network? = nil) throws -> SegmentationStart {
        try SegmentationStart(bundle, name: "road.safetensors", network: network, classes: classes, seed: 1)
    }

    @Test func bundleOfTheSameClassesIsTakenWhole() throws {
        let bundle = try Self.bundle.get()
        let start = try start(bundle, .camvid)
        #expect(start.network == .efficientNetLite0 && start.tensors == bundle.segmentation)
        #expect(start.mean == bundle.mean && start.deviation == bundle.deviation)
        #expect(start.parent == bundle.fingerprint && start.note == "Apache License 2.0")
        #expect(start.remarks.isEmpty)
    }

    @Test(arguments: [
        ClassSet.cityscapes, ClassSet(ClassSet.camvid.members.reversed()),
        ClassSet([ClassSet.Member("road", 0, 0, 0), ClassSet.Member("rest", 1, 1, 1)]),
    ])
    func bundleOfOtherClassesKeepsAllButTheClassifier(classes: ClassSet) throws {
        let bundle = try Self.bundle.get()
        let start = try start(bundle, classes)
        let tensors = try #require(start.tensors)
        #expect(tensors.keys.sorted() == bundle.segmentation.keys.sorted())
        for (name, tensor) in tensors where !name.hasPrefix("classify.") {
            #expect(tensor == bundle.segmentation[name], "\(name)")
        }
        #expect(tensors["classify.weight"]?.shape == [64, classes.count, 8, 8])
        #expect(tensors["classify.weight"] != bundle.segmentation["classify.weight"])
        #expect(start.remarks.count == 1)
        #expect(start.remarks[0].hasPrefix("road.safetensors tells other classes apart (sky, building, pole"))
    }

    @Test func otherColoursAreNoOtherClasses() throws {
        let gray = ClassSet(ClassSet.camvid.members.map { ClassSet.Member($0.name, 9, 9, 9) })
        #expect(try start(Self.bundle.get(), gray).remarks.isEmpty)
    }

    @Test func bundleAndEncoderOfAnotherNetworkAreRefused() throws {
        let bundle = try Self.bundle.get()
        let error = #expect(throws: LearningError.self) { try start(bundle, .camvid, network: .paper) }
        #expect(error?.problem == "road.safetensors is of the network efficientnet-lite0, not paper.")
        let encoder = try TrainedEncoder(
            Weights(tensors: bundle.segmentation, metadata: ["network": "efficientnet-lite1"]), name: "e")
        #expect(throws: LearningError.self) {
            try SegmentationStart(encoder, name: "e", network: .efficientNetLite0, classes: .camvid, seed: 1)
        }
    }

    @Test func encoderOfAFileBringsItsNetworkAndNormalisation() throws {
        let tensors = try Self.bundle.get().segmentation.filter { $0.key.hasPrefix("encoder.") }
        let file = Weights(
            tensors: tensors,
            metadata: [
                "network": "efficientnet-lite0", "mean": "[0.5,0.5,0.5]", "deviation": "[0.25,0.25,0.25]", "note": "ImageNet",
            ])
        let start = try SegmentationStart(TrainedEncoder(file, name: "e"), name: "e", network: nil, classes: .cityscapes, seed: 1)
        #expect(start.network == .efficientNetLite0 && start.note == "ImageNet" && start.parent == nil)
        #expect(start.mean == [0.5, 0.5, 0.5] && start.deviation == [0.25, 0.25, 0.25])
        #expect(start.tensors?["classify.weight"]?.shape == [64, 19, 8, 8])
        for (name, tensor) in tensors { #expect(start.tensors?[name] == tensor, "\(name)") }
        #expect(start.remarks == ["From e: the encoder of efficientnet-lite0, \(tensors.count) tensors."])
    }

    @Test func fileThatSaysNothingIsThePapersEncoderWithImageNetsNormalisation() throws {
        let tensors = InitialWeights.random(for: Network.paper.graph(classes: 2), seed: 4)
        let start = try SegmentationStart(
            TrainedEncoder(Weights(tensors: tensors), name: "e"), name: "e", network: nil, classes: .camvid, seed: 1)
        #expect(
            start.network == .paper && start.mean == ModelBundle.imageNetMean && start.deviation == ModelBundle.imageNetDeviation)
        #expect(start.remarks.count == 2)
        #expect(
            start.remarks[1].hasPrefix(
                "Not of the encoder, left out: 22 tensors: classify.bias, classify.weight, decode1.0.weight"))
    }

    @Test func encoderOfABundleBringsAllOfItsSettings() throws {
        let bundle = try Self.bundle.get()
        let path = FileManager.default.temporaryDirectory.appending(path: "encoder-\(UUID().uuidString).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try bundle.write(to: path)
        let start = try SegmentationStart(
            TrainedEncoder(contentsOf: path), name: "e", network: nil, classes: .cityscapes, seed: 1)
        #expect(start.network == .efficientNetLite0 && start.mean == bundle.mean && start.parent == bundle.fingerprint)
        #expect(start.tensors?["encoder.stem.0.weight"] == bundle.segmentation["encoder.stem.0.weight"])
        #expect(start.tensors?["decoder.smooth0.0.weight"] != bundle.segmentation["decoder.smooth0.0.weight"])
    }

    @Test func encoderOfAnotherNetworkThanWantedIsRecognised() throws {
        let encoder = try TrainedEncoder(Weights(tensors: Self.bundle.get().segmentation), name: "e")
        let error = #expect(throws: LearningError.self) {
            try SegmentationStart(encoder, name: "e", network: nil, classes: .camvid, seed: 1)
        }
        #expect(error?.remedy == "It holds the encoder of another network: --network efficientnet-lite0.")
    }

    @Test(arguments: [
        ("network", "resnet", "there is no network 'resnet'"), ("mean", "half", "mean cannot be read"),
        ("mean", "[0.5]", "not three numbers"), ("deviation", "[1,0,1]", "not three positive numbers"),
    ])
    func metadataThatCannotBeUnderstoodIsNamed(key: String, value: String, reason: String) throws {
        var metadata = ["network": "efficientnet-lite0"]
        metadata[key] = value
        let file = try Weights(tensors: Self.bundle.get().segmentation, metadata: metadata)
        #expect {
            try TrainedEncoder(file, name: "e")
        } throws: {
            ($0 as? NetworkError)?.problem.contains(reason) == true
        }
    }
}
