import NeuralNetwork
import RoadScenes
import Testing

/// Plain state_dicts become the tensors of a bundle; the usual mix-ups are told apart.
struct ModelBundleStateDictTests {
    private static let segmentation = Weights.heInitialized(for: SegmentationNetwork.graph(classes: 11), seed: 3)
    private static let auxiliary = Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: 11), seed: 3)

    private func problem(_ tensors: [String: Tensor], as part: ModelBundle.Part, _ classes: ClassSet = .camvid) -> String? {
        #expect(throws: NetworkError.self) {
            try ModelBundle.stateDict(Weights(tensors: tensors), name: "net.safetensors", of: part, classes: classes)
        }?.problem
    }

    @Test func bothNetworksAreTakenAsTheyAre() throws {
        let segmentation = try ModelBundle.stateDict(
            Weights(tensors: Self.segmentation), name: "s", of: .segmentation, classes: .camvid)
        #expect(segmentation == Self.segmentation)
        let auxiliary = try ModelBundle.stateDict(Weights(tensors: Self.auxiliary), name: "a", of: .auxiliary, classes: .camvid)
        #expect(auxiliary == Self.auxiliary)
    }

    @Test func prefixOfParallelTrainingIsRemoved() throws {
        let prefixed = Dictionary(uniqueKeysWithValues: Self.segmentation.map { ("module." + $0.key, $0.value) })
        let tensors = try ModelBundle.stateDict(Weights(tensors: prefixed), name: "s", of: .segmentation, classes: .camvid)
        #expect(tensors == Self.segmentation)
    }

    /// Of compiled, parallel and framework-made models, one in the other.
    @Test(arguments: [
        "module.", "_orig_mod.", "_orig_mod.module.", "module._orig_mod.", "model.", "net.", "state_dict.model.module.",
        "network._orig_mod.",
    ]) func whatWrappersPutInFrontIsLeftOut(_ prefix: String) throws {
        for (own, part) in [(Self.segmentation, ModelBundle.Part.segmentation), (Self.auxiliary, .auxiliary)] {
            let wrapped = Dictionary(uniqueKeysWithValues: own.map { (prefix + $0.key, $0.value) })
            #expect(try ModelBundle.stateDict(Weights(tensors: wrapped), name: "s", of: part, classes: .camvid) == own)
        }
    }

    @Test func partsThatWereCompiledAloneAreFoundToo() throws {
        let wrapped = Dictionary(
            uniqueKeysWithValues: Self.segmentation.map { name, tensor in
                (name.hasPrefix("initial.") ? "initial._orig_mod." + name.dropFirst("initial.".count) : name, tensor)
            })
        #expect(
            try ModelBundle.stateDict(Weights(tensors: wrapped), name: "s", of: .segmentation, classes: .camvid)
                == Self.segmentation)
    }

    @Test func whatAFrameworkSavesBesideTheNetworkIsLeftOut() throws {
        var wrapped = Dictionary(uniqueKeysWithValues: Self.segmentation.map { ("model." + $0.key, $0.value) })
        wrapped["criterion.weight"] = Tensor(zeros: [11])
        #expect(
            try ModelBundle.stateDict(Weights(tensors: wrapped), name: "s", of: .segmentation, classes: .camvid)
                == Self.segmentation)
        wrapped["model.extra.weight"] = Tensor(zeros: [1])
        #expect(problem(wrapped, as: .segmentation)?.contains("extra.weight is not in this network") == true)
    }

    /// A file's header may have 16 MB. The square of that would take months.
    @Test(.timeLimit(.minutes(1))) func aNameOfManyPartsTakesNoLongerThanOthers() {
        let name = String(repeating: ".", count: 200_000)
        #expect(problem([name: Tensor(zeros: [1])], as: .segmentation)?.contains("of no network that there is") == true)
        #expect(problem([name + "classify.bias": Tensor(zeros: [11])], as: .segmentation) != nil)
    }

    @Test func aNetworkThatIsThereTwiceIsAskedFor() {
        let twice = Self.segmentation.flatMap { [("model." + $0.key, $0.value), ("ema." + $0.key, $0.value)] }
        let text = problem(Dictionary(uniqueKeysWithValues: twice), as: .segmentation)
        #expect(text?.contains("2 times: behind the prefixes ema., model.") == true)
    }

    @Test func mixUpsAreToldAlsoBehindPrefixes() {
        let wrapped = Dictionary(uniqueKeysWithValues: Self.auxiliary.map { ("model." + $0.key, $0.value) })
        #expect(problem(wrapped, as: .segmentation)?.contains("holds the auxiliary network") == true)
        let other = Dictionary(uniqueKeysWithValues: Self.segmentation.map { ("net." + $0.key, $0.value) })
        #expect(problem(other, as: .segmentation, .cityscapes)?.contains("trained for 11 classes (classify.weight)") == true)
    }

    @Test func anotherNumberOfClassesIsSaidInWords() {
        #expect(
            problem(Self.segmentation, as: .segmentation, .cityscapes)?.contains(
                "it was trained for 11 classes (classify.weight), there are 19") == true)
        #expect(
            problem(Self.auxiliary, as: .auxiliary, .cityscapes)?.contains("it was trained for 11 classes (conv1.0.weight)")
                == true)
    }

    @Test func networksThatWereMixedUpAreTold() {
        #expect(
            problem(Self.auxiliary, as: .segmentation)?.contains("it holds the auxiliary network, not the segmentation network")
                == true)
        #expect(
            problem(Self.segmentation, as: .auxiliary)?.contains("it holds the segmentation network, not the auxiliary network")
                == true)
        #expect(
            problem(["segmentation.classify.weight": Tensor(zeros: [1])], as: .segmentation)?.contains("a bundle already") == true
        )
    }

    @Test func numberOfClassesThatNoNetworkCanHaveIsRefusedFirst() {
        #expect(problem([:], as: .segmentation, ClassSet([]))?.contains("0 classes") == true)
        let many = (0..<300).map { ClassSet.Member("class \($0)", 0, 0, 0) }
        #expect(problem(Self.segmentation, as: .segmentation, ClassSet(many))?.contains("300 classes") == true)
    }

    @Test func anotherNetworkOfOursIsRecognised() {
        let lite = Weights.heInitialized(for: Network.efficientNetLite0.graph(classes: 11), seed: 3)
        #expect(
            problem(lite, as: .segmentation) == "Cannot use net.safetensors: it holds the network efficientnet-lite0, not paper.")
    }

    @Test func tensorsOfNoNetworkAreToldWhichThereAreAndWhichFitsBest() {
        #expect(
            problem(["backbone.conv1.weight": Tensor(zeros: [64, 3, 7, 7])], as: .segmentation)
                == "Cannot use net.safetensors: it is of no network that there is (\(Network.names)). "
                + "None of its 1 tensors has a name and shape of theirs.")
        // The stem and the first block of the EfficientNets; lite1 has the same, and more tensors that are missing.
        let graph = Network.efficientNetLite0.graph(classes: 11)
        var tensors = Weights.heInitialized(for: graph, seed: 3).filter {
            $0.key.hasPrefix("encoder.stem.") || $0.key.hasPrefix("encoder.block0.")
        }
        #expect(
            problem(tensors, as: .segmentation)?.contains(
                "efficientnet-lite0 fits best: 15 of its \(graph.parameters.count) tensors are there; the first that does not fit: "
                    + "encoder.block1.expand.0.weight is not in the file.") == true)
        tensors["encoder.block0.project.0.weight"] = Tensor(zeros: [24, 32, 1, 1])
        #expect(
            problem(tensors, as: .segmentation)?.contains(
                "14 of its \(graph.parameters.count) tensors are there; the first that does not fit: encoder.block0.project.0.weight "
                    + "is (16,32,1,1) there, the file has (24,32,1,1).") == true)
    }

    @Test func missingUnknownAndMisshapenTensorsAreNamed() {
        var tensors = Self.segmentation
        tensors["classify.bias"] = nil
        #expect(problem(tensors, as: .segmentation) == "Cannot use net.safetensors: classify.bias is not in the file.")
        tensors = Self.segmentation
        tensors["head.weight"] = Tensor(zeros: [1])
        #expect(problem(tensors, as: .segmentation) == "Cannot use net.safetensors: head.weight is not in this network.")
        tensors = Self.segmentation
        tensors["initial.stem.0.weight"] = Tensor(zeros: [32, 4, 3, 3])
        #expect(problem(tensors, as: .segmentation)?.contains("(32,3,3,3) in this network, the file has (32,4,3,3)") == true)
        #expect(problem([:], as: .auxiliary)?.contains("are not in the file") == true)
    }
}
