import Configuration
import Store

extension SpoolLimits {
    /// As a configuration says it.
    public init(_ spool: Configuration.Spool) {
        self.init(
            bytes: spool.size, items: spool.items, freeBytes: spool.keepFree, rareClassItems: spool.rareItems,
            unsureItems: spool.unsureItems)
    }
}
