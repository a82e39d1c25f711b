/// How the models in use have changed.
public struct ModelReport: Sendable, Codable, Equatable {
    /// A new model being watched.
    public struct Probation: Sendable, Codable, Equatable {
        public var model: Int
        /// Nil where the one before comes from no registry.
        public var previous: Int?
        /// Of its time; time without frames does not count. Units: seconds.
        public var remaining: Double
        /// Frames that the gate has looked at with both models.
        public var looks: Int

        package init(model: Int, previous: Int?, remaining: Double, looks: Int) {
            (self.model, self.previous, self.remaining, self.looks) = (model, previous, remaining, looks)
        }
    }

    public var rollbacks: Int
    public var probation: Probation?
    /// Why the wanted model does not run, as long as that is so.
    public var problem: String?

    package init(
        rollbacks: Int = 0, probation: Probation? = nil, problem: String? = nil
    ) {
        self.rollbacks = rollbacks
        self.probation = probation
        self.problem = problem
    }
}
