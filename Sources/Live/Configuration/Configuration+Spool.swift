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

        public init(
            folder: String, size: Int = 2_000_000_000, items: Int = 2000, keepFree: Int = 1_000_000_000, rareItems: Int = 200
        ) {
            (self.folder, self.size, self.items) = (folder, size, items)
            (self.keepFree, self.rareItems) = (keepFree, rareItems)
        }
    }
}

extension Configuration.Spool {
    /// Nil only if a problem was found.
    init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
        let folder = section.required("folder", "Name the folder for the frames, such as /var/lib/camber/spool.")
        self.init(folder: folder.map { paths.resolve($0.text) } ?? "")
        size = section.bytes("size", from: 1_000_000) ?? size
        items = section.count("items", in: 1...10_000_000) ?? items
        keepFree = section.bytes("keep_free", from: 0) ?? keepFree
        rareItems = section.count("rare_items", in: 0...10_000_000) ?? rareItems
        section.reportUnknownKeys()
        if folder == nil { return nil }
    }
}
