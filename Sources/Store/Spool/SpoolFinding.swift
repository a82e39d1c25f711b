/// Something in the spool that is not as it was written.
public struct SpoolFinding: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, Codable {
        /// A file of an item is not there.
        case missing
        /// A file of an item is there but is not the one that was written.
        case changed
        /// An item's record is damaged.
        case unreadable
        /// The disk does not say what a file holds, or a newer Camber wrote it; 'prune' leaves it.
        case unknown
        /// A file that belongs to no item.
        case stray
        /// The index and the files tell different things.
        case index
    }

    public let kind: Kind
    /// Nil for a file that belongs to no item.
    public let id: Int64?
    public let path: String
    /// What was found and what was expected.
    public let problem: String
}
