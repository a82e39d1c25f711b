extension LearningCycle {
    /// Where a cycle stands.
    public struct Progress: Sendable {
        public enum Stage: Int, Sendable, CaseIterable {
            /// Reading the spool's frames and the held-out pictures.
            case collecting
            case labeling
            case segmentation
            case auxiliary
            /// Measuring candidate and incumbent.
            case scoring
        }

        public var stage: Stage
        public var done: Int
        public var total: Int
        /// Of the stages that train: mean over the epoch so far.
        public var loss: Double?
        /// How long it waits between two steps for the daemon's sake.
        public var pause: Duration
    }
}
