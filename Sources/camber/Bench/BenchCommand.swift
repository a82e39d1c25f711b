import ArgumentParser
import Foundation
import Live
import NeuralNetwork
import RoadScenes
import Video

/// `camber bench`: how long the parts of the main job take on this machine.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure decoding, preprocessing, inference and outputs on this machine.",
        discussion: """
            Every part runs alone on the frames of a short synthetic drive, after a warm-up. Inference is one pass over the \
            segmentation network, from an 8-bit picture to the class map. Times are in milliseconds per frame.
            """)

    @Option(
        help: ArgumentHelp("The bundle to measure; networks with random weights where not given.", valueName: "bundle"),
        transform: BundleArgument.file)
    var model: String?
    @Option(help: "The network with random weights, where no bundle is given. Default: the paper's.")
    var network: Network?
    @Option(
        help: ArgumentHelp("What the network sees, such as 480x360; the bundle's own size where not given.", valueName: "WxH"))
    var size: Graph.Size?
    @OptionGroup var compute: ThreadsOption
    @Option(help: "Counted passes, after some to warm up.")
    var passes = 50
    @Option(help: "Classes of the random network, where no bundle is given.")
    var classes = 11
    @OptionGroup var loops: KernelOptions
    @Flag(help: "Write the scores of every class, as other runtimes do, in the place of the class map.")
    var scores = false
    @Flag(help: "Measure inference only.")
    var inferenceOnly = false
    @Flag(help: "Also measure training, stage 1.")
    var training = false
    @Option(help: "Pictures of a training step.")
    var batch = 4
    @Flag(help: "Also print the time of every step of a pass.")
    var layers = false
    @Flag(help: "Print the figures as JSON.")
    var json = false

    func validate() throws {
        try size?.validate()
        guard model == nil || network == nil else { throw ValidationError("--model and --network exclude each other.") }
        guard passes > 0 else { throw ValidationError("--passes \(passes): at least one pass is needed.") }
        guard (1...64).contains(batch) else { throw ValidationError("--batch \(batch): 1…64 are possible.") }
        guard (2...255).contains(classes) else { throw ValidationError("--classes \(classes): 2…255 are possible.") }
    }

    func run() throws {
        let (bundle, kernels) = (try bundle(), loops.kernels)
        let size = size ?? bundle.inputSize
        let benchmark = try Benchmark(bundle, size: size, threads: compute.threads, kernels: kernels, passes: passes)
        var report = BenchReport(
            model: model, fingerprint: model == nil ? nil : bundle.fingerprint, width: size.width, height: size.height,
            threads: compute.threads, kernels: kernels.rawValue, passes: passes, scores: scores,
            inference: benchmark.inference(writingScores: scores))
        if !inferenceOnly {
            (report.decode, report.preprocessing) = try benchmark.decoding()
            report.outputs = try benchmark.outputs()
        }
        if training { report.training = try benchmark.training(batch: batch) }
        if layers { report.layers = benchmark.layers() }
        print(json ? try report.json : report.text)
    }

    private func bundle() throws -> ModelBundle {
        if let model { return try ModelBundle(contentsOf: model) }
        let names = (0..<classes).map { ClassSet.Member("class \($0)", UInt8($0), 0, 0) }
        let set =
            classes == ClassSet.camvid.count ? .camvid : classes == ClassSet.cityscapes.count ? .cityscapes : ClassSet(names)
        let network = network ?? .paper
        return try ModelBundle(
            network: network, classes: set, inputSize: Graph.Size(height: 360, width: 480),
            segmentation: Weights.heInitialized(for: network.graph(classes: classes), seed: 1))
    }
}

extension Network: ExpressibleByArgument {}
