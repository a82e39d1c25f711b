import Files
import Foundation
import NeuralNetwork
import RoadScenes
import Video

/// What a bundle sees in unlabeled pictures, void where its confidence is low, as a data set on disk: stage 3's first half, and
/// how a large bundle teaches a small one.
///
/// Source: section 3.4 of the paper.
public struct PseudoLabeler {
    /// What is written beside the pictures and their labels.
    public struct Options: Sendable, Equatable {
        /// Which pixels are labeled; a threshold of 0 labels every one.
        public var selection: PixelSelection
        /// Also writes `confidence/`, so that training weighs each pixel by it.
        public var writesConfidence = false
        /// What `confidence/` holds of a pixel at the threshold, 0…1, rising evenly to 1 at full confidence; nil leaves the
        /// confidence as it is.
        public var weightAtThreshold: Double?
        /// How classes that are rarely or too often trusted are helped; nil where one threshold serves all.
        public var balance: Balance?
        /// Copies the pictures into the data set, where links would not outlive them; those of spools are copied in any case.
        public var copiesPictures = false

        public init(_ selection: PixelSelection) { self.selection = selection }

        /// Whether a model without an auxiliary network will do.
        var needsNoConfidence: Bool {
            selection == PixelSelection(threshold: 0) && !writesConfidence && balance == nil
        }
    }

    /// See `ClassThresholds`.
    public struct Balance: Sendable, Equatable {
        /// Of each class's pixels that get a pseudo-label, even below the threshold.
        public var leastShare: Double?
        /// What a class's share of the pseudo-labels may be of its share of the labels.
        public var mostTimes: Double?
        /// Each class's share of the labels.
        public var labeled: [Double]

        public init(leastShare: Double?, mostTimes: Double?, labeled: [Double]) {
            (self.leastShare, self.mostTimes, self.labeled) = (leastShare, mostTimes, labeled)
        }
    }

    /// Pictures whose confidences the thresholds of classes come from.
    private static let sampled = 200

    /// The file that says how a folder's labels were made.
    public static let note = "labeled-by.txt"

    private let bundle: ModelBundle
    private let options: Options
    private let workers: WorkerPool

    /// - Throws: where a confidence is needed and the bundle has none.
    public init(_ bundle: ModelBundle, _ options: Options, workers: WorkerPool) throws(LearningError) {
        guard bundle.auxiliaryIsTrained || options.needsNoConfidence else {
            throw LearningError(
                "The bundle's auxiliary network is not trained: there is no confidence to choose by.",
                remedy: "Run 'camber train auxiliary'.")
        }
        (self.bundle, self.options, self.workers) = (bundle, options, workers)
    }

    public init(_ bundle: ModelBundle, threshold: Double, workers: WorkerPool) throws(LearningError) {
        try self.init(bundle, Options(PixelSelection(threshold: threshold)), workers: workers)
    }

    /// Writes `images/`, `labels/`, perhaps `confidence/`, and `classes.yaml` to a folder, which it empties of these first.
    ///
    /// - Parameters:
    ///   - pictures: of any size.
    ///   - isResumed: keeps labels that are there already, as an interrupted call with the same arguments left them.
    ///   - note: what `labeled-by.txt` is to say of them; nil leaves it as it is.
    ///   - remark: told what comes to light of the sources; where a picture cannot be read, the others are labeled. Where nil, the
    ///     first one ends the work.
    ///   - progress: called after each picture with their number so far.
    public func label(
        _ pictures: UnlabeledPictures, into folder: String, isResumed: Bool = false, note: String? = nil,
        remark: ((UnlabeledPictures.Remark) -> Void)? = nil, progress: (Int) throws -> Void = { _ in }
    ) throws(LearningError) -> Dataset {
        try LearningError.wrap {
            try prepare(folder, isResumed: isResumed, note)
            let pseudoLabel = try pseudoLabel(for: pictures)
            var labeler: PictureLabeler?
            var (isKept, isVoid) = (false, true)
            let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/images")
            let pictured = Set(kept.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent })
            try pictures.forEach { place, name in
                // The label comes last: with it, the item is whole, if no picture was taken away.
                let isThere = pictured.contains(name) && FileManager.default.fileExists(atPath: "\(folder)/labels/\(name).png")
                isKept = isKept || isThere
                if isThere { try progress(place + 1) }
                return !isThere
            } remark: {
                if let remark { remark($0) } else { try UnlabeledPictures.throwing($0) }
            } _: { place, picture in
                try label(picture.image, &labeler)
                let name = picture.key
                try keep(picture, as: "\(folder)/images/\(name)", isResumed: isResumed)
                let labels = labeler!.classMap
                if options.writesConfidence, let confidence = labeler!.confidence {
                    try ImageFile.write(
                        weights(confidence, labels, pseudoLabel), to: "\(folder)/confidence/\(name).png", sync: true)
                }
                if let confidence = labeler!.confidence { pseudoLabel.write(labels, confidence, into: labels) }
                isVoid = isVoid && labels.bytes.allSatisfy { $0 == ClassSet.void }
                try ImageFile.write(labels, palette: bundle.classes.palette, to: "\(folder)/labels/\(name).png", sync: true)
                try progress(place + 1)
            }
            guard try !FileManager.default.contentsOfDirectory(atPath: "\(folder)/labels").isEmpty else {
                throw LearningError("None of the unlabeled pictures could be labeled.", remedy: "What was left out says why.")
            }
            if isVoid, !isKept {
                let problem = "No pixel of any picture is trusted enough: all labels in \(folder) are void."
                remark?(.note(problem + " Is the threshold too high?"))
            }
            return try Dataset(DatasetLocation(.folder, folder))
        }
    }

    private func prepare(_ folder: String, isResumed: Bool, _ note: String?) throws {
        for part in ["images", "labels", "confidence"] {
            let isWanted = part != "confidence" || options.writesConfidence
            if isResumed && isWanted && FileManager.default.fileExists(atPath: "\(folder)/\(part)") { continue }
            try? FileManager.default.removeItem(atPath: "\(folder)/\(part)")
            if isWanted { try DurableFolder.make("\(folder)/\(part)") }
        }
        try bundle.classes.write(to: "\(folder)/\(ClassSet.fileName)")
        // Once the labels of others are gone: after a kill it must not stand for them.
        if let note { try WholeFile.write([UInt8](note.utf8), to: "\(folder)/\(Self.note)") }
    }

    /// - Parameter path: without an ending.
    private func keep(_ picture: UnlabeledPictures.Picture, as path: String, isResumed: Bool) throws {
        guard let file = picture.file, ["png", "jpg", "jpeg"].contains(URL(fileURLWithPath: file).pathExtension.lowercased())
        else {
            return try ImageFile.write(picture.image, to: path + ".jpg", sync: true)
        }
        let source = URL(fileURLWithPath: file).standardizedFileURL
        let target = "\(path).\(source.pathExtension)"
        if isResumed { try? FileManager.default.removeItem(atPath: target) }
        if options.copiesPictures || picture.isPassing {
            try WholeFile.write(WholeFile.read(source.path, atMost: ImageFile.largest), to: target)
        } else {
            try FileManager.default.createSymbolicLink(atPath: target, withDestinationPath: source.path)
            try TemporaryFile.syncFolder(TemporaryFile.folder(of: target))
        }
    }

    private func label(_ image: RGBImage, _ labeler: inout PictureLabeler?) throws {
        let size = Graph.Size(height: image.height, width: image.width)
        if labeler?.size != size {
            labeler = try PictureLabeler(bundle, size: size, withConfidence: !options.needsNoConfidence, workers: workers)
        }
        labeler!.label(image)
    }

    private func pseudoLabel(for pictures: UnlabeledPictures) throws -> PseudoLabel {
        let usual = options.selection.pseudoLabel(bundle.calibration)
        guard let balance = options.balance else { return usual }
        var (labeler, tally) = (PictureLabeler?.none, ClassThresholds(classes: bundle.classes.count))
        let step = max(1, (pictures.count ?? 0) / Self.sampled)
        try pictures.forEach { place, _ in
            place % step == 0
        } remark: { _ in
        } _: { _, picture in
            try label(picture.image, &labeler)
            tally.add(labeler!.classMap.bytes, labeler!.confidence!.bytes)
        }
        return PseudoLabel(
            leastBytes: tally.values(
                usual: bundle.classes.names.indices.map { usual.leastByte(of: UInt8($0)) }, leastShare: balance.leastShare,
                mostTimes: balance.mostTimes, labeled: balance.labeled))
    }

    /// What each pixel counts in training, from its confidence: a map of its own where that is not the confidence itself.
    private func weights(_ confidence: GrayImage, _ labels: GrayImage, _ pseudoLabel: PseudoLabel) -> GrayImage {
        guard let lowest = options.weightAtThreshold else { return confidence }
        let result = GrayImage(width: confidence.width, height: confidence.height)
        let (from, classes, to) = (confidence.bytes, labels.bytes, result.bytes)
        for pixel in to.indices {
            let least = Double(pseudoLabel.leastByte(of: classes[pixel]))
            let share = least < 255 ? max(0, (Double(from[pixel]) - least) / (255 - least)) : 1
            to[pixel] = UInt8(((lowest + (1 - lowest) * share) * 255).rounded())
        }
        return result
    }
}
