import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Video

/// Measures bundles on held-out labels and on recent frames without labels.
///
/// Threading: one caller at a time.
struct ModelScoring {
    let heldOut: TrainingSet
    /// The number of each held-out picture's stretch of road, from 0.
    let stretches: [Int]
    /// Files.
    let recent: [String]
    /// Files of frames that were kept back from learning, with the one that came before, by stretches of road.
    let keptBack: [[(frame: String, before: String?)]]
    /// Pictures that people labeled of the road that is driven, and that nothing was learned from.
    var human: TrainingSet?
    let selection: PixelSelection
    let workers: WorkerPool

    /// How many steps a score takes; expected accuracy is asked of calibrated bundles only.
    func pictures(of bundle: ModelBundle) -> Int {
        let road = bundle.calibration == nil ? 0 : keptBack.reduce(0) { $0 + $1.count }
        return heldOut.count + (human?.count ?? 0) + recent.count + road
    }

    /// - Parameters:
    ///   - other: what another bundle was sure of, for the agreement with it.
    ///   - step: called after each picture.
    /// - Returns: the score, and the recent frames' class maps, void where the bundle was not confident.
    func score(_ bundle: ModelBundle, comparedWith other: [GrayImage]? = nil, step: () throws -> Void) throws -> (
        score: ModelScore, sure: [GrayImage]
    ) {
        var labeler: PictureLabeler?
        var fastest = Double.infinity
        func label(_ image: RGBImage) throws -> (map: GrayImage, confidence: GrayImage) {
            let size = Graph.Size(height: image.height, width: image.width)
            if labeler?.size != size { labeler = try PictureLabeler(bundle, size: size, withConfidence: true, workers: workers) }
            let began = Self.processorSeconds
            labeler!.label(image)
            fastest = min(fastest, Self.processorSeconds - began)
            return (labeler!.classMap, labeler!.confidence!)
        }

        let nothing = ConfusionMatrix(classes: bundle.classes.count, unknown: heldOut.unknownClasses)
        var matrices = [ConfusionMatrix](repeating: nothing, count: (stretches.max() ?? 0) + 1)
        let pseudoLabel = selection.pseudoLabel(bundle.calibration)
        var tally = ConfidenceTally(classes: bundle.classes.count)
        for index in 0..<heldOut.count {
            let sample = try heldOut.load(index)
            let (map, confidence) = try label(sample.image)
            matrices[stretches[index]].add(truth: sample.labels, prediction: map)
            tally.add(truth: sample.labels, prediction: map, confidence: confidence.bytes.map { Float($0) / 255 })
            try step()
        }
        let human = try human.map { set in
            try HumanScore(set, classes: bundle.classes.count) { image in
                let map = try label(image).map
                try step()
                return map
            }
        }
        var frames = FrameTally(classes: bundle.classes.count, pseudoLabel: pseudoLabel)
        var sure: [GrayImage] = []
        for (index, path) in recent.enumerated() {
            let (map, confidence) = try label(try ImageFile.readRGB(path))
            sure.append(frames.add(map, confidence, comparedWith: other?[index]))
            try step()
        }
        let road = bundle.calibration == nil ? nil : try RoadScore(keptBack, labeledBy: label, step: step)
        let all = matrices.reduce(into: nothing) { $0.add($1) }
        let named = zip(bundle.classes.names, all.intersectionOverUnion).compactMap { name, iou in iou.map { (name, $0) } }
        let card = ScoreCard(
            miou: all.meanIntersectionOverUnion ?? 0, pixelAccuracy: all.pixelAccuracy ?? 0,
            iou: Dictionary(uniqueKeysWithValues: named), meanConfidence: frames.figures.meanConfidence,
            selectedRatio: frames.figures.selectedRatio, classShares: frames.figures.classShares,
            millisecondsPerFrame: fastest * 1000,
            agreement: other == nil ? nil : frames.agreement, expectedAccuracy: road?.expectedAccuracy,
            steadiness: road?.steadiness, humanMiou: human?.miou)
        return (ModelScore(card: card, stretches: matrices, ranking: tally.rankingQuality(), road: road, human: human), sure)
    }

    /// Of all threads: whoever is of low priority cannot go by the clock.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
