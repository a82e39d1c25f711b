import Video

extension VideoSink {
    /// A video of the slot's outputs.
    ///
    /// - Parameter isLive: whether times start at zero, and what has been written is safe from a power cut after a few seconds.
    convenience init(
        _ path: String, _ kind: Kind, of slot: FrameSlot, isLive: Bool, metadata: [String: String] = [:]
    ) throws(VideoError) {
        var options = Options()
        (options.startsAtZero, options.sync, options.isResult) = (isLive, isLive, true)
        options.metadata = metadata
        try self.init(
            path, kind: kind, width: slot.outputWidth, height: slot.outputHeight, timeBase: slot.facts.timeBase,
            frameRate: slot.facts.frameRate, sampleAspectRatio: slot.facts.sampleAspectRatio, options: options)
    }
}
