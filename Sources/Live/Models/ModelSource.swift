/// Says which model should run, and gives it: the registry, and doubles of it in tests.
///
/// Threading: one caller at a time.
public protocol ModelSource: AnyObject, Sendable {
    /// The number of the model that should run; nil where there is none.
    func wanted() throws(LiveError) -> Int?
    /// Loads, checks, compiles and warms up.
    func segmenter(_ number: Int) throws(LiveError) -> any FrameSegmenter
    /// Makes the model before this one the wanted one again, unless another is wanted already.
    func rollBack(_ number: Int, reason: String) throws(LiveError)
}
