import RoadScenes

extension ModelBundle {
    /// The same with the auxiliary network's output as its confidence.
    func uncalibrated() throws -> ModelBundle {
        try ModelBundle(
            network: network, classes: classes, inputSize: inputSize, mean: mean, deviation: deviation,
            segmentation: segmentation, auxiliary: auxiliary, metrics: metrics, lineage: lineage)
    }
}
