import Foundation
import NeuralNetwork
import RoadScenes
import TestSupport
import Testing

private let canAverage = (try? MediaTool.run("python3", ["-c", "import numpy, safetensors"])) != nil

/// `scripts/average-bundles.py`, from outside.
@Suite(.enabled(if: canAverage, "needs numpy and safetensors for Python")) struct BundleAverageTests {
    private let folder = try! TestFolder()
    private static let script = URL(fileURLWithPath: #filePath).appending(path: "../../../scripts/average-bundles.py")
        .standardizedFileURL.path

    private func bundle(seed: UInt64) throws -> ModelBundle {
        try ModelBundle(
            network: .paper, classes: ClassSet(Array(ClassSet.camvid.members.prefix(3))), inputSize: .init(height: 32, width: 32),
            segmentation: Weights.heInitialized(for: Network.paper.graph(classes: 3), seed: seed), metrics: ["miou": 0.5])
    }

    private func average(_ before: ModelBundle, _ after: ModelBundle, share: Double) throws -> ModelBundle {
        try before.write(to: folder.file("before.safetensors"))
        try after.write(to: folder.file("after.safetensors"))
        try MediaTool.run(
            "python3",
            [
                Self.script, folder.file("before.safetensors"), folder.file("after.safetensors"), "--share", "\(share)", "--out",
                folder.file("between.safetensors"),
            ])
        return try ModelBundle(contentsOf: folder.file("between.safetensors"))
    }

    @Test func whatLiesBetweenTwoBundlesKeepsNoFiguresOfEither() throws {
        let (before, plain) = (try bundle(seed: 1), try bundle(seed: 2))
        let calibration = ConfidenceCalibration(
            auxiliary: 1, topProbability: 1, offsets: [0, 0, 0],
            thresholds: Array(repeating: ConfidenceCalibration.precisions.map { Double($0) / 100 }, count: 3))
        let after = try plain.replacing(auxiliary: plain.auxiliary, calibration: calibration)
        let between = try average(before, after, share: 0.25)
        #expect(between.calibration == nil && between.metrics.isEmpty)
        #expect(between.lineage.note == "Weights: 75% of before.safetensors, 25% of after.safetensors.")
        for (name, tensor) in between.segmentation {
            let (one, two) = (try #require(before.segmentation[name]), try #require(after.segmentation[name]))
            let isBetween = tensor.values.indices.allSatisfy {
                abs(tensor.values[$0] - (0.75 * one.values[$0] + 0.25 * two.values[$0])) < 1e-5
            }
            #expect(isBetween, "\(name)")
        }
    }

    /// A number of one is another class, or another brightness, in the other.
    @Test func bundlesWhoseNumbersMeanOtherThingsAreRefused() throws {
        let one = try bundle(seed: 1)
        let members = one.classes.members
        for (classes, mean) in [
            (ClassSet([members[1], members[0], members[2]]), one.mean), (one.classes, one.mean.map { $0 + 0.1 }),
        ] {
            let other = try ModelBundle(
                network: .paper, classes: classes, inputSize: one.inputSize, mean: mean, segmentation: one.segmentation)
            #expect(throws: MediaTool.Failure.self) { try average(one, other, share: 0.5) }
        }
        let painted = ClassSet(members.map { ClassSet.Member($0.name, 1, 2, $0.color[2]) })
        let same = try ModelBundle(
            network: .paper, classes: painted, inputSize: one.inputSize, segmentation: one.segmentation)
        #expect(try average(one, same, share: 0.5).segmentation == one.segmentation)
    }

    @Test func aShareThatIsNoneIsRefused() throws {
        #expect(throws: MediaTool.Failure.self) { try average(bundle(seed: 1), bundle(seed: 2), share: 1.5) }
    }
}
