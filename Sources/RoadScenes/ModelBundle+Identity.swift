import NeuralNetwork

extension ModelBundle {
    /// All that decides what a bundle answers: two with the same one are one model, whatever was measured or is told of them.
    ///
    /// Weights alone do not decide it: what stands beside them, such as the calibration, does too.
    public struct Identity: Sendable, Equatable {
        /// As `ModelBundle.fingerprint`.
        public let fingerprint: String
        let network: Network
        let classes: ClassSet
        let inputSize: Graph.Size
        let mean: [Float]
        let deviation: [Float]
        let auxiliaryIsTrained: Bool
        let calibration: ConfidenceCalibration?
    }

    /// Computed anew at every call, as the fingerprint in it is.
    public var identity: Identity {
        Identity(
            fingerprint: fingerprint, network: network, classes: classes, inputSize: inputSize, mean: mean, deviation: deviation,
            auxiliaryIsTrained: auxiliaryIsTrained, calibration: calibration)
    }
}
