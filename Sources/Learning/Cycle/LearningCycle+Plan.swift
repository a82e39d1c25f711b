import RoadScenes

extension LearningCycle {
    /// What a cycle is to do.
    public struct Plan: Sendable {
        /// What candidates are trained on besides the spool.
        public var labeled: Dataset
        /// More of it, with the classes of `labeled`.
        public var also: [WeightedDataset]
        /// What candidates are judged by.
        public var heldOut: Dataset
        /// What people labeled of the road that is driven; nil where nobody did.
        public var human: HumanLabels?
        /// Its confidence threshold is not used.
        public var recipe: Recipe
        /// Which pixels get a pseudo-label.
        public var selection: PixelSelection
        public var leastItems: Int
        public var gate: PromotionGate
        public var threads: Int
        /// Units: bytes; batches are made smaller where the recipe's would not fit.
        public var memory: Int
        /// The folder of the cycle's state; all in it belongs to the cycle.
        public var work: String
        /// Of the program, for the candidate's lineage.
        public var codeVersion: String

        public init(
            labeled: Dataset, also: [WeightedDataset] = [], heldOut: Dataset, human: HumanLabels? = nil, recipe: Recipe,
            selection: PixelSelection = .usual,
            leastItems: Int = 50, gate: PromotionGate = PromotionGate(), threads: Int = 1, memory: Int = 2_000_000_000,
            work: String, codeVersion: String
        ) {
            (self.labeled, self.also, self.heldOut, self.human) = (labeled, also, heldOut, human)
            (self.recipe, self.selection) = (recipe, selection)
            (self.leastItems, self.gate, self.threads, self.memory) = (leastItems, gate, threads, memory)
            (self.work, self.codeVersion) = (work, codeVersion)
        }

        /// All labeled pictures that are no person's of this road.
        var labeledSets: [WeightedDataset] { [WeightedDataset(labeled)] + also }

        /// All labeled pictures, whatever they are for.
        private var files: [Dataset.Item] {
            ([labeled, heldOut] + also.map(\.dataset) + (human.map { [$0.learned, $0.heldOut] } ?? [])).flatMap(\.items)
        }

        /// A fingerprint of all that decides a cycle's result, apart from the registry and the spool.
        var settings: String {
            let parts: [Any] =
                [
                    labeled.items, heldOut.items, recipe, selection, leastItems, gate, threads, memory, codeVersion,
                    TrainingSet.fingerprint(of: files),
                ] + also.flatMap { [$0.dataset.items, $0.weight] as [Any] }
                + (human.map { [$0.learned.items, $0.heldOut.items] } ?? [])
            return TrainingCheckpoint.fingerprint(parts.map { "\($0)" }.joined(separator: "\n"))
        }
    }
}
