import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing
import Video

/// What can be known before the first step of a training is said there.
@Suite struct TrainingChecksTests {
    private let data: SyntheticData
    private let workers: WorkerPool

    init() throws {
        (data, workers) = (try SyntheticData(pictures: 4), try WorkerPool(threads: 1))
    }

    /// The error that a training of one epoch ends with, and the steps that it has done until then.
    private func failure(
        validation: SyntheticData? = nil, session: TrainingSession = TrainingSession()
    ) throws -> (error: LearningError?, steps: Int) {
        var training = SegmentationTraining(
            try TrainingTests.recipe(epochs: 1), train: try TrainingSet([data.dataset()]),
            validation: try validation.map { try TrainingSet([$0.dataset()]) }, workers: workers)
        training.session = session
        var steps = 0
        do throws(LearningError) { _ = try training.run { steps = $0.step } } catch { return (error, steps) }
        return (nil, steps)
    }

    private func makePicturesOf(_ data: SyntheticData, width: Int, height: Int) throws {
        for name in 0..<4 {
            try ImageFile.write(RGBImage(width: width, height: height), to: "\(data.path)/images/\(name).png")
            try ImageFile.write(GrayImage(width: width, height: height), to: "\(data.path)/labels/\(name).png")
        }
    }

    @Test(arguments: [["road"], [String(repeating: "r", count: 101), "car"], ["", "car"], ["a\nroad", "car"]])
    func classesThatNoBundleHolds(_ names: [String]) throws {
        let classes = names.enumerated().map { ClassSet.Member($1, UInt8($0), 0, 0) }
        try ClassSet(classes).write(to: data.path + "/classes.yaml")
        for name in 0..<4 { try ImageFile.write(GrayImage(width: 96, height: 64), to: "\(data.path)/labels/\(name).png") }
        let (error, steps) = try failure()
        #expect(error?.problem.contains("Cannot make a bundle from folder:\(data.path)") == true, "\(error as Any)")
        #expect(steps == 0)
    }

    @Test(arguments: [(12, 9), (4200, 16)]) func picturesOfASizeThatNoBundleHas(_ width: Int, _ height: Int) throws {
        try makePicturesOf(data, width: width, height: height)
        let (error, steps) = try failure()
        #expect(error?.problem.contains("images/0.png: its input size is \(width)x\(height)") == true, "\(error as Any)")
        #expect(steps == 0)
    }

    @Test func aDamagedPictureToEvaluateOn() throws {
        let other = try SyntheticData(pictures: 4)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: other.path + "/images/3.png"))
        let (error, steps) = try failure(validation: other)
        #expect(error?.problem.contains(other.path + "/images/3.png") == true, "\(error as Any)")
        #expect(steps == 0)
    }

    @Test func aPictureToEvaluateOnThatIsTooSmall() throws {
        let other = try SyntheticData(pictures: 4)
        try makePicturesOf(other, width: 7, height: 64)
        let (error, steps) = try failure(validation: other)
        #expect(error?.problem.contains("images/0.png is too small: it has 7×64 pixels") == true, "\(error as Any)")
        #expect(steps == 0)
    }

    @Test func otherClassesToEvaluateOn() throws {
        let other = try SyntheticData(pictures: 1)
        try ClassSet(ClassSet.camvid.members.reversed()).write(to: other.path + "/classes.yaml")
        let (error, steps) = try failure(validation: other)
        #expect(error?.problem.contains("the data set has others") == true, "\(error as Any)")
        #expect(steps == 0)
    }

    /// A bundle whose classes are the data's in another order.
    private func reversed() throws -> ModelBundle {
        try ModelBundle(
            classes: ClassSet(ClassSet.camvid.members.reversed()), inputSize: Graph.Size(height: 64, width: 96),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: 11), seed: 1),
            auxiliary: Weights.heInitialized(for: AuxiliaryNetwork.graph(classes: 11), seed: 1))
    }

    @Test func labelsOfOtherClassesCalibrateNothing() throws {
        let set = try TrainingSet([data.dataset()])
        let error = #expect(throws: LearningError.self) {
            try CalibrationTraining(TrainingTests.recipe(epochs: 1), for: reversed(), on: set, workers: workers)
        }
        #expect(error?.problem.contains("the data set has others") == true)
    }

    @Test func labelsOfOtherClassesAreNotLearnedFromBesidePseudoLabels() throws {
        let labels = data.path + "/pseudo-labels"
        let stage = SelfTraining(
            try TrainingTests.recipe(epochs: 1), teacher: try reversed(), labeled: [try data.dataset()],
            pictures: try UnlabeledPictures([data.path + "/images"]), selection: PixelSelection(threshold: 0), folder: labels,
            workers: workers)
        let error = #expect(throws: LearningError.self) { try stage.label(isResumed: false) }
        #expect(error?.problem.contains("the data set has others") == true)
        #expect(!FileManager.default.fileExists(atPath: labels))
    }

    /// A checkpoint holds several times as much as the bundle that comes of it.
    @Test func aCheckpointLargerThanAnyBundleIsRead() throws {
        let path = data.path + "/checkpoint"
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(truncate(path, Weights.maximumFileSize + 1) == 0)
        var session = TrainingSession(checkpoint: path)
        session.isResumed = true
        #expect(try failure(session: session).error?.problem == "Cannot read \(path): it is not a safetensors file.")
    }

    /// What was learned of the old labels would stay in the bundle, which tells of the new ones only.
    @Test func aTrainingWhoseLabelsWereCorrectedMeanwhileIsNotResumed() throws {
        let set = try TrainingSet([data.dataset()])
        var session = TrainingSession(checkpoint: data.path + "/checkpoint")
        session.data = set.fingerprint
        #expect(try failure(session: session).error == nil)
        session.isResumed = true
        #expect(try failure(session: session).error == nil)
        let labels = try data.dataset().items[0].labels
        try ImageFile.write(GrayImage(width: 96, height: 64), to: labels)
        session.data = set.fingerprint
        let error = try failure(session: session).error
        #expect(error?.problem.contains("it was made with other data") == true, "\(error as Any)")
    }

    @Test func aTrainingOfOtherClassesIsNotResumed() throws {
        var session = TrainingSession(checkpoint: data.path + "/checkpoint")
        let whole = try failure(session: session)
        #expect(whole.error == nil && whole.steps == 1)
        session.isResumed = true
        #expect(try failure(session: session).error == nil)
        var members = ClassSet.camvid.members
        members[0] = ClassSet.Member("heaven", 128, 128, 128)
        try ClassSet(members).write(to: data.path + "/classes.yaml")
        let error = try failure(session: session).error
        #expect(error?.problem.contains("it was made with other data") == true, "\(error as Any)")
    }
}
