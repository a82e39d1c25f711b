/// Chooses what has to go from a spool, first for its own limits, then for the disk.
///
/// What waits for a person goes for its own limit, the least unsure first; for bytes it goes last.
struct SpoolEviction {
    /// What goes.
    private(set) var ids: [Int64] = []
    /// Units: bytes of these.
    private var freed = 0
    /// Without these.
    private var totals: (items: Int, unsure: Int, bytes: Int)
    /// Frames to learn from that may go next, in this order.
    private var learned: ArraySlice<(id: Int64, bytes: Int)>
    /// Frames that wait for a person and may go next, in this order.
    private var unsure: ArraySlice<(id: Int64, bytes: Int, unsureness: Double, isPinned: Bool)>
    private let spool: Spool
    private var limits: SpoolLimits { spool.limits }

    init(from spool: Spool) throws(StoreError) {
        self.spool = spool
        totals = try spool.query(SpoolIndex.totals)
        unsure = try spool.query(SpoolIndex.unsure).filter { !$0.isPinned }[...]
        learned = try spool.query { try SpoolIndex.evictable($0, rareClassItems: spool.limits.rareClassItems) }[...]
    }

    /// - Parameter record: an item that is to fit in; nil where none comes.
    /// - Throws: where not enough can go; what can is in `ids`.
    mutating func choose(for record: SpoolRecord?) throws(StoreError) {
        let isUnsure = record?.unsureness != nil
        try keepUnsureLimit(for: record?.unsureness)
        try keepLimits(items: record == nil || isUnsure ? 0 : 1, bytes: record?.bytes ?? 0)
        try keepDiskFree()
    }

    /// The next frame to learn from goes too, whatever the limits say.
    mutating func chooseAnother() { _ = evictLearned() }

    /// - Parameter unsureness: of one that is to fit in.
    private mutating func keepUnsureLimit(for unsureness: Double?) throws(StoreError) {
        while totals.unsure + (unsureness == nil ? 0 : 1) > limits.unsureItems {
            if let unsureness, unsure.first?.unsureness ?? 1 >= unsureness {
                throw StoreError(
                    "\(spool.folder) has no room for another frame that waits for a person: \(totals.unsure) wait already, pinned or as unsure.",
                    remedy: "Label or delete some, or allow more with 'unsure_items'.")
            }
            // Pinned ones stay where they are too many.
            guard evictUnsure() else { break }
        }
    }

    /// - Parameters:
    ///   - items: frames to learn from that are to fit in.
    ///   - bytes: of what is to fit in.
    private mutating func keepLimits(items: Int, bytes: Int) throws(StoreError) {
        while totals.items > limits.items - items || totals.bytes > limits.bytes - bytes {
            guard evictLearned() || totals.items <= limits.items - items && evictUnsure() else {
                throw StoreError(
                    "\(spool.folder) is full: \(totals.items) pinned items of \(totals.bytes) bytes leave no room for \(bytes) bytes; "
                        + "its limits are \(limits.items) items and \(limits.bytes) bytes.",
                    remedy: "Unpin some with 'camber spool pin --off', or allow it more.")
            }
        }
    }

    /// Nothing goes for the disk where even all of it would not do.
    private mutating func keepDiskFree() throws(StoreError) {
        guard limits.freeBytes > 0, let free = spool.files.surroundings.freeBytes(spool.folder), free + freed < limits.freeBytes
        else { return }
        let rest = learned.reduce(0) { $0 + $1.bytes } + unsure.reduce(0) { $0 + $1.bytes }
        guard free + freed + rest >= limits.freeBytes else {
            throw StoreError(
                "The disk of \(spool.folder) has \(free) bytes free and \(limits.freeBytes) must stay free; the spool is too small to help.",
                remedy: "Make room on this disk; spooling goes on by itself.")
        }
        while free + freed < limits.freeBytes, evictLearned() || evictUnsure() {}
    }

    private mutating func evictLearned() -> Bool {
        guard let next = learned.popFirst() else { return false }
        evict(next.id, next.bytes)
        totals.items -= 1
        return true
    }

    private mutating func evictUnsure() -> Bool {
        guard let next = unsure.popFirst() else { return false }
        evict(next.id, next.bytes)
        totals.unsure -= 1
        return true
    }

    private mutating func evict(_ id: Int64, _ bytes: Int) {
        ids.append(id)
        freed += bytes
        totals.bytes -= bytes
    }
}
