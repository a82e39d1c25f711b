import CKernels

/// A graph compiled for one input size: batch norm folded, concatenation free, weights packed, memory laid out once.
///
/// Running a plan allocates nothing. The graph must end as Camber's networks do: in a transposed convolution, a crop to the
/// input's size and perhaps a sigmoid, or in a resize to the input's size.
///
/// Threading: one caller at a time; the work is spread over the pool's workers.
// Safe to send: all memory is owned by the plan and only written while `run` is called, by one caller at a time.
public final class InferencePlan: @unchecked Sendable {
    /// How the input arrives.
    public enum Input: Sendable, Equatable {
        /// 8-bit RGB rows, normalised by the plan: (value / 255 − mean) / deviation.
        case rgb(mean: [Float], deviation: [Float])
        /// Float planes, channels × height × width.
        case planes
    }

    /// What a run computes and where it goes; what is nil is not computed.
    public struct Destination {
        /// Index of the best class. Shape: height × width.
        public var classMap: UnsafeMutablePointer<UInt8>?
        /// Probability of the best class, 0…255 for 0…1. Shape: height × width.
        public var topProbability: UnsafeMutablePointer<UInt8>?
        /// The network's result: class scores, or values behind a sigmoid. Shape: channels × height × width.
        public var planes: UnsafeMutablePointer<Float>?
        /// Whether `planes` gets class probabilities in the place of scores.
        public var wantsProbabilities: Bool

        public init(
            classMap: UnsafeMutablePointer<UInt8>? = nil, topProbability: UnsafeMutablePointer<UInt8>? = nil,
            planes: UnsafeMutablePointer<Float>? = nil, wantsProbabilities: Bool = false
        ) {
            self.classMap = classMap
            self.topProbability = topProbability
            self.planes = planes
            self.wantsProbabilities = wantsProbabilities
        }
    }

    /// Smaller pictures are not supported. Units: pixels.
    package static let leastSide = 8

    public let graph: Graph
    public let size: Graph.Size
    public let kernels: Kernels
    let workers: WorkerPool
    let program: InferenceProgram

    /// - Parameters:
    ///   - weights: tensors by the graph's parameter names.
    ///   - observed: nodes whose outputs stay readable after a run (see `output(of:)`).
    /// - Throws: where a tensor is missing or misshapen, the graph's end is not supported, or the CPU lacks the kernels.
    public init(
        _ graph: Graph, weights: [String: Tensor], size: Graph.Size, workers: WorkerPool, kernels: Kernels = .best,
        input: Input, observing observed: Set<String> = []
    ) throws(NetworkError) {
        guard size.height >= Self.leastSide, size.width >= Self.leastSide, size.height * size.width <= 1 << 26 else {
            throw NetworkError(
                "A network input of \(size.width)×\(size.height) pixels is not supported.",
                remedy: "Choose at least \(Self.leastSide)×\(Self.leastSide) and at most 67 million pixels.")
        }
        guard kernels.isAvailable else {
            throw NetworkError("This CPU has no AVX2 and FMA.", remedy: "Choose the portable kernels.")
        }
        try graph.check(weights)
        self.graph = graph
        self.size = size
        self.kernels = kernels
        self.workers = workers
        var compiler = try InferenceCompiler(graph, size: size, kernels: kernels, threads: workers.threads, observed: observed)
        neededMemory = compiler.neededMemory
        program = compiler.compile(weights: weights, input: input)
    }

    /// One pass over a picture of the plan's size. For plans made for `.rgb`.
    public func run(rgb: UnsafePointer<UInt8>, rowBytes: Int, into destination: Destination) {
        program.bind(rgb: rgb, rowBytes: rowBytes)
        run(into: destination)
    }

    /// One pass over float planes, channels × height × width. For plans made for `.planes`.
    public func run(planes: UnsafePointer<Float>, into destination: Destination) {
        program.bind(planes: planes)
        run(into: destination)
    }

    private func run(into destination: Destination) {
        program.bind(destination)
        ck_pool_run_steps(workers.handle, program.steps, Int32(program.count))
    }

    /// A copy of an observed node's output of the last run. Shape: (1, channels, height, width).
    package func output(of name: String) -> Tensor { program.output(of: name) }

    /// Memory that the plan holds. Units: bytes.
    public var memory: Int { program.memory }

    /// What the system was asked for beforehand, with the caller's scores. Units: bytes.
    package let neededMemory: Int

    /// One pass over a picture as `run` makes it, step by step: what took which time. Units: ms.
    public func profile(
        rgb: UnsafePointer<UInt8>, rowBytes: Int, into destination: Destination
    ) -> [(name: String, milliseconds: Double)] {
        program.bind(rgb: rgb, rowBytes: rowBytes)
        program.bind(destination)
        return (0..<program.count).map { index in
            let clock = ContinuousClock()
            let time = clock.measure { ck_pool_run_steps(workers.handle, program.steps + index, 1) }
            return (program.names[index], Double(time.components.attoseconds) / 1e15 + Double(time.components.seconds) * 1e3)
        }
    }
}
