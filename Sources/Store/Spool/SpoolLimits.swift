/// How much the spool may take, and how much it must leave.
public struct SpoolLimits: Sendable, Equatable {
    /// Units: bytes of frames and labels together.
    public var bytes: Int
    public var items: Int
    /// Units: bytes that stay free on the disk, whoever fills it.
    public var freeBytes: Int
    /// The newest so many items of every rare class are evicted only when nothing else is left to evict.
    public var rareClassItems: Int
    /// Frames that wait for a person, beside `items`; of more, those go to which a person could add least.
    public var unsureItems: Int

    public init(
        bytes: Int = 2 << 30, items: Int = 2000, freeBytes: Int = 1 << 30, rareClassItems: Int = 200, unsureItems: Int = 100
    ) {
        self.bytes = bytes
        self.items = items
        self.freeBytes = freeBytes
        self.rareClassItems = rareClassItems
        self.unsureItems = unsureItems
    }

    /// Keeps everything: for those who only look.
    public static let none = SpoolLimits(bytes: .max, items: .max, freeBytes: 0, rareClassItems: 0, unsureItems: .max)
}
