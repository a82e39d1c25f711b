extension ModelBundle {
    /// Where a model comes from. Every field may be missing; more can be added without a new format version.
    public struct Lineage: Sendable, Equatable, Codable {
        /// The fingerprint of the bundle that training started from.
        public var parent: String?
        /// The file that the weights were imported from.
        public var source: String?
        /// The training recipe, by name or in words.
        public var recipe: String?
        /// The version of Camber that wrote the bundle.
        public var codeVersion: String?
        /// Exactly what it was trained on, one entry a frame or data set.
        public var trainingItems: [String]?
        /// How its networks were trained, the latest training last.
        public var trainings: [Training]?
        /// Anything its maker wants to say, such as a license.
        public var note: String?

        public init(
            parent: String? = nil, source: String? = nil, recipe: String? = nil, codeVersion: String? = nil,
            trainingItems: [String]? = nil, trainings: [Training]? = nil, note: String? = nil
        ) {
            self.parent = parent
            self.source = source
            self.recipe = recipe
            self.codeVersion = codeVersion
            self.trainingItems = trainingItems
            self.trainings = trainings
            self.note = note
        }
    }

    /// The card of one training of one network.
    public struct Training: Sendable, Equatable, Codable {
        public var network: Part
        /// The recipe's numbers as they were used, by key.
        public var recipe: [String: String]
        public var items: Int
        public var steps: Int
        public var seed: UInt64
        /// Of each process.
        public var threads: Int
        public var processes: Int
        /// From the first start on; pauses between runs not counted.
        public var seconds: Double
        /// Mean over the first and over the last epoch.
        public var firstLoss: Double
        public var lastLoss: Double
        /// On held-out labels, 0…1: of the first and of the last evaluation.
        public var firstMIoU: Double?
        public var lastMIoU: Double?
        /// The fingerprint of the bundle that it started from or judged.
        public var parent: String?
        /// The version of Camber that trained.
        public var codeVersion: String?

        public init(
            network: Part, recipe: [String: String], items: Int, steps: Int, seed: UInt64, threads: Int, processes: Int,
            seconds: Double, firstLoss: Double, lastLoss: Double, firstMIoU: Double? = nil, lastMIoU: Double? = nil
        ) {
            (self.network, self.recipe, self.items, self.steps, self.seed) = (network, recipe, items, steps, seed)
            (self.threads, self.processes, self.seconds) = (threads, processes, seconds)
            (self.firstLoss, self.lastLoss, self.firstMIoU, self.lastMIoU) = (firstLoss, lastLoss, firstMIoU, lastMIoU)
        }
    }
}
