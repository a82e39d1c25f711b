import NeuralNetwork
import RoadScenes
import Testing

@Suite struct SystemMemoryTests {
    @Test func whatIsThereIsKnownAndSmallNeedsAreNeverRefused() throws {
        let free = try #require(SystemMemory.available())
        #expect(free > 1 << 20 && free < 1 << 50)
        try SystemMemory.check(1 << 20, for: "a test", remedy: "")
    }

    @Test func moreThanThereIsIsAnErrorWithBothNumbers() {
        let error = #expect(throws: NetworkError.self) {
            try SystemMemory.check(1 << 50, for: "a test", remedy: "Take less.")
        }
        #expect(error?.problem.hasPrefix("1125899 GB of memory are needed for a test; ") == true)
        #expect(error?.remedy == "Take less.")
    }

    @Test func productsThatOverflowAreTheLargestNumber() {
        #expect(SystemMemory.bytes(floats: 3, 5) == 60)
        #expect(SystemMemory.bytes(floats: .max / 2, 3) == .max)
    }

    @Test func aTrainerThatDoesNotFitIsRefusedBeforeItTakesAnything() throws {
        let graph = SegmentationNetwork.graph(classes: 11)
        let error = #expect(throws: NetworkError.self) {
            _ = try Trainer(graph, batch: 256, size: .init(height: 4096, width: 4096), workers: WorkerPool(threads: 1))
        }
        #expect(error?.problem.contains("4096×4096") == true && error?.remedy.contains("batch") == true)
    }

    /// Packed weights count: at small sizes they are nearly all that a large network takes.
    @Test(arguments: Kernels.allCases.filter(\.isAvailable), [(Network.efficientNetLite0, 16), (.paper, 16), (.paper, 400)])
    func aPlanAsksForWhatItTakes(kernels: Kernels, network: (name: Network, side: Int)) throws {
        let graph = network.name.graph(classes: 64)
        let tensors = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, Tensor(zeros: $0.shape)) })
        let plan = try InferencePlan(
            graph, weights: tensors, size: Graph.Size(height: network.side, width: network.side), workers: WorkerPool(threads: 1),
            kernels: kernels, input: .planes)
        // The workers' scratch and what is aligned are small change.
        #expect(plan.memory < plan.neededMemory + 16 << 20)
    }
}
