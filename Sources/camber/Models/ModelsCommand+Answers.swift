import ArgumentParser
import Foundation
import NeuralNetwork
import RoadScenes
import Video

extension ModelsCommand {
    /// `camber models answers`: both networks' exact results for one picture, to compare with other runtimes.
    struct Answers: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write what both networks answer to one picture, to compare with other runtimes.",
            discussion: "The picture is taken at its own size. Tensors: scores (classes, H, W) and confidence (H, W).")

        @Argument(help: "The bundle.", transform: BundleArgument.file) var bundle: String
        @Argument(help: "The picture.") var picture: String
        @OptionGroup var loops: KernelOptions
        @OptionGroup var compute: ThreadsOption
        @Option(help: ArgumentHelp("The safetensors file to write.", valueName: "file")) var out: String

        func run() throws {
            try OutputArguments.check([out], among: [bundle, picture])
            try OutputArguments.prepare([out])
            let bundle = try ModelBundle(contentsOf: bundle)
            let image = try ImageFile.readRGB(picture)
            let size = Graph.Size(height: image.height, width: image.width)
            try size.validate()
            let workers = try compute.workers()

            let segmenter = try Segmenter(bundle, size: size, workers: workers, kernels: loops.kernels)
            var scores = Tensor(zeros: [bundle.classes.count, size.height, size.width])
            scores.values.withUnsafeMutableBufferPointer { planes in
                image.bytes.withPointer {
                    segmenter.plan.run(
                        rgb: $0, rowBytes: image.rowBytes, into: InferencePlan.Destination(planes: planes.baseAddress))
                }
            }

            let estimator = try ConfidenceEstimator(bundle, size: size, workers: workers, kernels: loops.kernels)
            let result = segmenter.makeResult(withProbabilities: true)
            segmenter.segment(image, into: result)
            estimator.estimate(result, into: GrayImage(width: size.width, height: size.height))
            let confidence = Tensor(shape: [size.height, size.width], values: Array(estimator.values))
            try Weights(tensors: ["scores": scores, "confidence": confidence]).write(to: out)
        }
    }
}
