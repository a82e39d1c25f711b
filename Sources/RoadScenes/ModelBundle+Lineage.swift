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
        /// Anything its maker wants to say, such as a license.
        public var note: String?

        public init(
            parent: String? = nil, source: String? = nil, recipe: String? = nil, codeVersion: String? = nil,
            trainingItems: [String]? = nil, note: String? = nil
        ) {
            self.parent = parent
            self.source = source
            self.recipe = recipe
            self.codeVersion = codeVersion
            self.trainingItems = trainingItems
            self.note = note
        }
    }
}
