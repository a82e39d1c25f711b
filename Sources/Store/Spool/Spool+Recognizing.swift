extension Spool {
    /// Whether a folder with these names in it is a spool.
    public static func isSpool(_ names: [String]) -> Bool {
        names.contains { $0 == SpoolIndex.name || SpoolFile.parse($0)?.file == .record }
    }

    /// Whether a folder with these names in it is another than a spool. One that has just been made may have any of them, or none.
    public static func isAnother(_ names: [String]) -> Bool {
        let isOwn = names.contains {
            $0 == "lock" || $0.hasPrefix(SpoolIndex.name) || StoreFolder.isTemporary($0) || SpoolFile.parse($0) != nil
        }
        return !isOwn && !names.isEmpty
    }

    /// Whether a name is that of something beside a frame in a spool: its label, the frame before it, or itself once more and larger.
    public static func isBesideFrame(_ name: String) -> Bool { SpoolFile.parse(name).map { $0.file != .frame } ?? false }
}
