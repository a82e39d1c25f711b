import Store

/// Says which model should run, and gives it: the registry, and doubles of it in tests.
///
/// Threading: one caller at a time.
public protocol ModelSource: AnyObject, Sendable {
    /// The number of the model that should run; nil where there is none.
    func wanted() throws(LiveError) -> Int?
    /// Loads, checks, compiles and warms up.
    func segmenter(_ number: Int) throws(LiveError) -> any FrameSegmenter
    /// The same for a look at a frame now and then, on the calling thread alone.
    func witness(_ number: Int) throws(LiveError) -> any FrameSegmenter
    /// Why a candidate that this source gave must not run, as `ModelComparison` sees it.
    func refusal(
        of candidate: any FrameSegmenter, insteadOf incumbent: any FrameSegmenter, on sample: FrameSampler.Sample?
    ) -> String?
    /// Whether a model is the wanted one because the one after it was taken back: it was in use before, and is not on trial again.
    func isReturn(_ number: Int) -> Bool
    /// Makes the model before this one the wanted one again, unless another is wanted already.
    func rollBack(_ number: Int, reason: String) throws(LiveError)
    /// What was kept when this daemon ran last: the model that it ran, and how far its probation was. Nil where there is nothing to
    /// go by.
    func watch() -> ModelWatch?
    /// - Parameter watch: without its watcher, who the source knows.
    func keep(_ watch: ModelWatch) throws(LiveError)
}

extension ModelSource {
    public func watch() -> ModelWatch? { nil }
    public func keep(_ watch: ModelWatch) {}

    public func witness(_ number: Int) throws(LiveError) -> any FrameSegmenter { try segmenter(number) }

    public func refusal(
        of candidate: any FrameSegmenter, insteadOf incumbent: any FrameSegmenter, on sample: FrameSampler.Sample?
    ) -> String? {
        ModelComparison.refusal(of: candidate, insteadOf: incumbent, on: sample)
    }
}
