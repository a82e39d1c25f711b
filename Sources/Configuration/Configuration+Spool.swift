import NeuralNetwork

extension Configuration {
    /// Where frames for the learner are kept, and how many; the section `spool`.
    public struct Spool: Sendable, Equatable {
        public var folder: String
        /// Units: bytes; the most it may take.
        public var size: Int
        /// The most frames.
        public var items: Int
        /// Units: bytes that stay free on the disk.
        public var keepFree: Int
        /// The last so many frames with a class that few have are the last to be deleted.
        public var rareItems: Int
        /// Frames are kept as large as this beside what the network sees; nil keeps none.
        public var originalSize: Graph.Size?
        /// The most frames that wait for a person.
        public var unsureItems: Int

        /// Nil only if a problem was found.
        init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
            let folder = section.required(Keys.folder, "Name the folder for the frames, such as /var/lib/camber/spool.")
            self.folder = folder.map { paths.resolve($0.text, $0.node) } ?? ""
            size = section.value(Keys.size)
            items = section.value(Keys.items)
            keepFree = section.value(Keys.keepFree)
            rareItems = section.value(Keys.rareItems)
            let size = section.value(Keys.originalSize)
            originalSize = size.width > 0 ? size : nil
            unsureItems = section.value(Keys.unsureItems)
            if folder == nil { return nil }
        }
    }
}

extension Configuration.Spool {
    enum Keys {
        static let folder = ConfigurationKey(
            "folder", .path, otherwise: "must be given", "Where frames are kept. All cameras of a vehicle can share it.")
        static let size = ConfigurationKey(
            "size", .bytes(atLeast: 1_000_000), standard: 2_000_000_000, "The most that the frames may take; the oldest go first."
        )
        static let items = ConfigurationKey("items", .count(1...10_000_000), standard: 2000, "The most frames.")
        static let keepFree = ConfigurationKey(
            "keep_free", .bytes(atLeast: 0), standard: 1_000_000_000, "What stays free on the disk, whoever fills it.")
        static let rareItems = ConfigurationKey(
            "rare_items", .count(0...10_000_000), standard: 200,
            "The last so many frames with a class that few have are the last to be deleted.")
        static let originalSize = ConfigurationKey(
            "original_size", .sizeOrNone("1280x720"), standard: Graph.Size(height: 720, width: 1280),
            "The camera's own frame is kept beside what the network sees, no larger than this, for people to label; `none` keeps none."
        )
        static let unsureItems = ConfigurationKey(
            "unsure_items", .count(0...10_000_000), standard: 100,
            "The most frames that wait for a person: those that the model is least sure of, beside the others. Nothing is learned from them."
        )
    }

    static let section = ConfigurationReference.Section(
        "spool", "Where frames for the learner are kept. Pinned ones (`camber spool pin`) are never deleted.",
        keys: [Keys.folder, Keys.size, Keys.items, Keys.keepFree, Keys.rareItems, Keys.originalSize, Keys.unsureItems])
}
