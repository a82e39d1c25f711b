/// How long a training has worked, over all its runs.
struct TrainingTime {
    private let began = ContinuousClock.now
    private let firstStep: Int
    /// Of the runs before this one. Units: seconds.
    private let earlier: Double
    /// Of this run, what is no training. Units: seconds.
    private var uncounted = 0.0

    /// - Parameters:
    ///   - step: done before this run.
    ///   - earlier: seconds of the runs before.
    init(from step: Int, earlier: Double) { (firstStep, self.earlier) = (step, earlier) }

    private var own: Double { (ContinuousClock.now - began) / .seconds(1) }

    /// From the first start on; pauses between runs not counted.
    var seconds: Double { earlier + own }

    /// Images a second in this run, without what was done apart.
    ///
    /// - Parameter step: done until now.
    func rate(_ step: Int, imagesAStep images: Int) -> Double { Double((step - firstStep) * images) / (own - uncounted) }

    /// Does something whose time counts in no rate.
    mutating func apart<Result>(_ body: () throws -> Result) rethrows -> Result {
        let before = own
        defer { uncounted += own - before }
        return try body()
    }
}
