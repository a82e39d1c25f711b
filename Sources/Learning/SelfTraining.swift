import Foundation
import NeuralNetwork
import RoadScenes
import Video

/// Stage 3: unlabeled pictures get a bundle's labels, and the segmentation network learns from them and from labeled pictures.
/// Where the recipe wants it, the averaged network that is being trained labels them anew on the way.
///
/// Threading: one caller at a time.
/// Source: section 3.4 of the paper; Tarvainen and Valpola, *Mean teachers are better role models* (2017).
public struct SelfTraining {
    private let recipe: Recipe
    private let teacher: ModelBundle
    private let pictures: UnlabeledPictures
    private let labeled: [Dataset]
    private let selection: PixelSelection
    private let folder: String
    private let workers: WorkerPool
    /// Bytes of pixels kept in memory.
    public var cacheLimit = 1 << 30
    /// Told what comes to light of the unlabeled pictures; where nil, the first one that cannot be read ends the work.
    public var remark: ((UnlabeledPictures.Remark) -> Void)?
    /// How often the labeled pictures come for once that the others do.
    public var labeledTimes: (_ pseudoLabeled: Int) -> Int = { _ in 1 }
    /// Other labeled pictures, and how often they come for so many others.
    public var also: (dataset: Dataset, times: (_ others: Int) -> Int)?

    /// - Parameters:
    ///   - teacher: makes the first labels; its auxiliary network judges all.
    ///   - selection: which pixels get a pseudo-label.
    ///   - folder: of the pseudo-labels; those made anew lie beside it.
    public init(
        _ recipe: Recipe, teacher: ModelBundle, labeled: [Dataset], pictures: UnlabeledPictures, selection: PixelSelection,
        folder: String,
        workers: WorkerPool
    ) {
        (self.recipe, self.teacher, self.labeled, self.pictures) = (recipe, teacher, labeled, pictures)
        (self.selection, self.folder, self.workers) = (selection, folder, workers)
    }

    /// Makes the first pseudo-labels.
    ///
    /// - Parameters:
    ///   - isResumed: keeps those that are there already.
    ///   - note: see `PseudoLabeler`.
    ///   - progress: called after each picture with their number so far.
    /// - Throws: where the labeled pictures have other classes than the teacher, or a file cannot be written.
    public func label(
        isResumed: Bool, note: String? = nil, progress: (Int) throws -> Void = { _ in }
    ) throws(LearningError) {
        try TrainingSet(labeled, cacheLimit: 0).requireClasses(teacher.classes)
        try label(with: teacher, into: folder, isResumed: isResumed, note, progress: progress)
    }

    /// Goes on with the first pseudo-labels that an interrupted training has left, where they are what this one would make; else makes
    /// them anew.
    ///
    /// - Parameter isTraining: whether there is a checkpoint, which began with those labels.
    /// - Throws: where a checkpoint began with others.
    public func goOnLabeling(isTraining: Bool) throws(LearningError) {
        let file = "\(folder)/\(PseudoLabeler.note)"
        let earlier = FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
        guard isTraining else { return try label(isResumed: earlier == note, note: note) }
        // Older versions left no note.
        guard (earlier ?? note) == note else {
            throw LearningError(
                "Cannot resume: the labels in \(folder) are of another bundle, other options or other files; \(file) says of which.",
                remedy: "Give the options of the first start, or leave out --resume to start anew.")
        }
        // A spool has other frames by now; those that are learned from are here.
        if (try? Dataset(DatasetLocation(.folder, folder))) == nil { try label(isResumed: true, note: note) }
    }

    /// All that decides the first pseudo-labels.
    public var note: String {
        let wishes = recipe.retraining ?? Recipe.Retraining()
        let names = labeled.flatMap { $0.items.map(\.name) }
        func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "none" }
        return """
            model: \(teacher.fingerprint)
            threshold: \(selection.threshold), precision: \(text(selection.precision)), every: \(pictures.every)
            weigh_by_confidence: \(wishes.weighByConfidence ?? false), least_share: \(text(wishes.leastShare)), \
            most_times: \(text(wishes.mostTimes))
            files: \(pictures.fingerprint), beside \(names.count) labeled ones: \(TrainingCheckpoint.fingerprint("\(names)"))

            """
    }

    /// Where the pseudo-labels lie: the first ones, and those that are made anew.
    public static func folders(of folder: String, _ recipe: Recipe) -> [String] {
        [folder] + (recipe.retraining?.relabelAt ?? []).indices.map { "\(folder)-\($0 + 1)" }
    }

    /// The training on labeled and pseudo-labeled pictures, once `label` has run.
    ///
    /// - Parameters:
    ///   - start: the network that learns, which may be another one than the teacher's.
    ///   - session: of the training; only the first of several processes labels anew.
    public func training(
        from start: SegmentationStart, validation: TrainingSet?, session: TrainingSession
    ) throws(LearningError) -> SegmentationTraining {
        var training = SegmentationTraining(recipe, train: try set(folder), validation: validation, workers: workers)
        (training.session, training.start) = (session, start)
        training.relabeling = Relabeling(at: recipe.retraining?.relabelAt ?? []) { [self] number, tensors in
            let place = Self.folders(of: folder, recipe)[number + 1]
            if let tensors, session.ranks.isFirst {
                let student = try ModelBundle(
                    network: start.network, classes: teacher.classes, inputSize: teacher.inputSize, mean: start.mean,
                    deviation: start.deviation, segmentation: tensors, auxiliary: teacher.auxiliary,
                    auxiliaryIsTrained: teacher.auxiliaryIsTrained, calibration: teacher.calibration)
                try label(with: student, into: place, isResumed: false) { _ in
                    guard session.isStopped() else { return }
                    throw LearningError(
                        "Stopped while labels were made anew.", remedy: "--resume goes on from there.", code: .stopped)
                }
            }
            session.ranks.wait()
            return try set(place)
        }
        return training
    }

    private func set(_ folder: String) throws(LearningError) -> TrainingSet {
        let pseudo = try Dataset(DatasetLocation(.folder, folder))
        var sets = Array(repeating: labeled, count: labeledTimes(pseudo.items.count)).flatMap(\.self) + [pseudo]
        if let also {
            let others = sets.pictures
            sets.insert(contentsOf: Array(repeating: also.dataset, count: also.times(others)), at: 0)
        }
        return try TrainingSet(sets, cacheLimit: cacheLimit)
    }

    private func label(
        with bundle: ModelBundle, into folder: String, isResumed: Bool, _ note: String? = nil, progress: (Int) throws -> Void
    ) throws(LearningError) {
        var options = PseudoLabeler.Options(selection)
        let wishes = recipe.retraining ?? Recipe.Retraining()
        if wishes.weighByConfidence == true { (options.writesConfidence, options.weightAtThreshold) = (true, 0) }
        if wishes.leastShare != nil || wishes.mostTimes != nil {
            options.balance = PseudoLabeler.Balance(
                leastShare: wishes.leastShare, mostTimes: wishes.mostTimes,
                labeled: try TrainingSet(labeled, cacheLimit: 0).classShares())
        }
        _ = try PseudoLabeler(bundle, options, workers: workers).label(
            pictures, into: folder, isResumed: isResumed, note: note, remark: remark, progress: progress)
    }
}
