import CKernels

extension Trainer {
    /// Cross entropy of the last `forward`, the mean weighted by each pixel's class weight; labels that are no class are void.
    /// The logits become their gradient.
    ///
    /// Shape: labels (batch, height, width) of `labelSize`; weights one per class.
    /// - Parameters:
    ///   - confidence: how much each pixel counts, 0…255 for 0…1; nil where all count fully.
    ///   - lovasz: what the Lovász-Softmax loss, an extension of 1 − IoU over the batch's pixels, adds to it is times this.
    ///
    /// Source of the latter: Berman et al., "The Lovász-Softmax loss", 2018.
    public func crossEntropy(labels: [UInt8], confidence: [UInt8]? = nil, classWeights: [Float], lovasz: Float = 0) -> Double {
        precondition(labels.count == batch * labelSize.height * labelSize.width, "one label a pixel")
        precondition(classWeights.count == classes, "one weight a class")
        return withLoss(labels, confidence) { loss in
            lovasz > 0
                ? ct_cross_entropy_with_lovasz(engine, &loss, classWeights, lovasz)
                : ct_cross_entropy(engine, &loss, classWeights)
        }
    }

    /// The auxiliary network's loss on the last `forward`: how well the confidence tells right from wrong predictions.
    /// The logits become their gradient.
    ///
    /// Shape: labels and predicted (batch, height, width) of `labelSize`; weights and gammas one per class of the labels.
    /// Source: section 3.3 of the paper; docs/method.md has the formula.
    public func auxiliaryLoss(
        labels: [UInt8], confidence: [UInt8]? = nil, predicted: [UInt8], classWeights: [Float], gammas: [Float]
    ) -> Double {
        let pixels = batch * labelSize.height * labelSize.width
        precondition(labels.count == pixels && predicted.count == pixels, "one label and one prediction a pixel")
        precondition(
            classes == 1 && classWeights.count == gammas.count, "one confidence, and a weight and a gamma a class")
        return withLoss(labels, confidence) { loss in
            ct_auxiliary_loss(engine, &loss, predicted, Int32(classWeights.count), classWeights, gammas)
        }
    }

    private func withLoss(_ labels: [UInt8], _ confidence: [UInt8]?, _ body: (inout ct_loss) -> Double) -> Double {
        precondition(confidence == nil || confidence?.count == labels.count, "one confidence a pixel")
        return labels.withUnsafeBufferPointer { labels in
            (confidence ?? []).withUnsafeBufferPointer { sure in
                var loss = ct_loss(
                    batch: Int32(batch), height: Int32(labelSize.height), width: Int32(labelSize.width),
                    classes: Int32(classes),
                    logits: values[layout.places[layout.logits]!.buffer].start, labels: labels.baseAddress,
                    confidence: confidence == nil ? nil : sure.baseAddress)
                return body(&loss)
            }
        }
    }
}
