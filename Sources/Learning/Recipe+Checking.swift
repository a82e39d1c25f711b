import RoadScenes

extension Recipe {
    /// - Throws: where a number is out of its range; `source` stands for the recipe in the error.
    public func validate(_ source: String) throws(LearningError) {
        for (name, stage) in [("segmentation", segmentation), ("auxiliary", auxiliary)] {
            do {
                try stage.validate()
            } catch {
                throw LearningError("Cannot use the recipe \(source): \(name).\(error.problem)")
            }
        }
        do {
            try retraining?.validate()
        } catch {
            throw LearningError("Cannot use the recipe \(source): retraining.\(error.problem)")
        }
        guard auxiliary.optimizer != .sgd else {
            throw LearningError(
                "Cannot use the recipe \(source): auxiliary.optimizer is sgd, and the auxiliary network is trained by adam or adamw."
            )
        }
        let numbers: [(key: String, value: Double, isInRange: Bool, range: String)] = [
            ("momentum", Double(momentum), (0..<1).contains(momentum), "from 0 to below 1"),
            ("power", power, (0...10).contains(power), "in 0…10"),
            ("confidence_threshold", confidenceThreshold, (0...1).contains(confidenceThreshold), "in 0…1"),
            ("keep", Double(keep ?? 0), (0..<1).contains(keep ?? 0), "from 0 to below 1"),
            (
                "calibration_samples", Double(calibrationSamples ?? 1), (1...100_000).contains(calibrationSamples ?? 1),
                "in 1…100000"
            ),
        ]
        if let wrong = numbers.first(where: { !$0.isInRange }) {
            throw LearningError("Cannot use the recipe \(source): \(wrong.key) is \(wrong.value.asWritten), not \(wrong.range).")
        }
        guard keep == nil || startsFrom != .random else {
            throw LearningError(
                "Cannot use the recipe \(source): it keeps a share of a bundle's weights, and starts from random ones.",
                remedy: "Leave keep out, or give 'starts_from: bundle'.")
        }
    }

    /// Why a training of the segmentation network with this recipe should not start from a bundle; nil where it may.
    public var warningAgainstBundle: LearningError? {
        guard startsFrom == .random else { return nil }
        return LearningError(
            "The recipe '\(name)' is meant for random weights: its learning rate of \(segmentation.learningRate) undoes what a bundle has learned.",
            remedy: "Choose one for bundles, such as 'finetune'; --set starts_from=any takes it all the same.")
    }

    /// Why a training of the segmentation network with this recipe should not start from random weights; nil where it may.
    public var warningAgainstRandomWeights: LearningError? {
        guard startsFrom == .bundle else { return nil }
        return LearningError(
            "The recipe '\(name)' is meant for a trained bundle: from random weights its learning rate of \(segmentation.learningRate) gets nowhere.",
            remedy: "Give the bundle, or choose a recipe for random weights; --set starts_from=any takes it all the same.")
    }
}

extension Recipe.Stage {
    /// - Throws: naming the key whose value is out of its range.
    fileprivate func validate() throws(LearningError) {
        let ranges: [(String, Double, ClosedRange<Double>)] = [
            ("epochs", Double(epochs), 1...100_000), ("batch", Double(batch), 1...256),
            ("learning_rate", Double(learningRate), 1e-9...100), ("weight_decay", Double(weightDecay), 0...1),
            ("class_weight_offset", classWeightOffset, 1.0001...100), ("crop_width", Double(cropWidth), 32...4096),
            ("crop_height", Double(cropHeight), 32...4096), ("translation", Double(translation), 0...4096),
            ("evaluate_every", Double(evaluateEvery), 1...100_000), ("average", Double(average ?? 0), 0...0.999999),
            ("color_jitter", Double(colorJitter ?? 0), 0...0.99), ("photometric", Double(photometric ?? 0), 0...1),
            ("mix_share", Double(mixShare ?? 0), 0...1), ("warmup_steps", Double(warmupSteps ?? 0), 0...1_000_000),
            ("encoder_rate", Double(encoderRate ?? 1), 0...1), ("lovasz", Double(lovasz ?? 0), 0...100),
        ]
        for (key, value, range) in ranges where !range.contains(value) {
            throw LearningError(
                "\(key) is \(value.asWritten), not in \(range.lowerBound.asWritten)…\(range.upperBound.asWritten).")
        }
        if let scaleRange {
            guard scaleRange.count == 2, scaleRange[0] <= scaleRange[1], scaleRange.allSatisfy((0.1...8).contains) else {
                throw LearningError("scale_range is \(scaleRange), not the lowest and the highest factor in 0.1…8.")
            }
        } else if scales?.isEmpty != false || scales?.allSatisfy((0.1...8).contains) != true {
            throw LearningError("scales are \(scales ?? []), not one or more in 0.1…8, and there is no scale_range.")
        }
        guard encoderRate == nil || optimizer == .adamw else {
            throw LearningError("encoder_rate is given, and only the optimizer adamw knows it.")
        }
    }
}

extension Double {
    /// As people write it: whole numbers without `.0`, and 0.1 of a recipe as such, whichever type holds it.
    fileprivate var asWritten: String { Int(exactly: self).map { "\($0)" } ?? "\(Float(self))" }
}
