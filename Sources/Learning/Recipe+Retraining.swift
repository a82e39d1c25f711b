extension Recipe {
    /// What stage 3 adds to the paper's; each may be left out.
    public struct Retraining: Sendable, Equatable, Codable {
        /// Whether a pseudo-label counts by its confidence: nothing at the threshold, fully at 1.
        public var weighByConfidence: Bool?
        /// Of the pixels taken for a class, the share that gets a pseudo-label even below the threshold, the most confident ones.
        public var leastShare: Double?
        /// What a class's share of the pseudo-labels may be of its share of the labels; the least confident ones go.
        public var mostTimes: Double?
        /// Shares of the steps, 0..<1, after which the averaged network labels the unlabeled pictures anew.
        public var relabelAt: [Double]?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case weighByConfidence = "weigh_by_confidence"
            case leastShare = "least_share"
            case mostTimes = "most_times"
            case relabelAt = "relabel_at"
        }

        public init(
            weighByConfidence: Bool? = nil, leastShare: Double? = nil, mostTimes: Double? = nil, relabelAt: [Double]? = nil
        ) {
            (self.weighByConfidence, self.leastShare) = (weighByConfidence, leastShare)
            (self.mostTimes, self.relabelAt) = (mostTimes, relabelAt)
        }

        /// - Throws: naming the key whose value is out of its range.
        func validate() throws(LearningError) {
            guard (0...1).contains(leastShare ?? 0) else { throw LearningError("least_share is \(leastShare!), not in 0…1.") }
            guard (0.1...1000).contains(mostTimes ?? 1) else {
                throw LearningError("most_times is \(mostTimes!), not in 0.1…1000.")
            }
            guard (relabelAt ?? []).allSatisfy({ $0 > 0 && $0 < 1 }) else {
                throw LearningError("relabel_at is \(relabelAt ?? []), not shares between 0 and 1.")
            }
        }
    }
}
