extension Spool {
    /// Whether a folder with these names in it is a spool.
    public static func isSpool(_ names: [String]) -> Bool {
        names.contains { $0 == SpoolIndex.name || SpoolFile.parse($0)?.file == .record }
    }

    /// Whether a name is that of a label in a spool.
    public static func isLabel(_ name: String) -> Bool { SpoolFile.parse(name)?.file == .label }
}
