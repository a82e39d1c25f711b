import CSQLite
import Files
import Foundation
import RoadScenes
import Synchronization

/// Frames worth learning from, with their pseudo-labels, in a folder.
///
/// The files are the truth: an item's record is named last and removed first, so an item is there whole or not at all. The
/// index is made of the records whenever it is lost, damaged or behind. `docs/store.md` has the layout.
///
/// Threading: any thread, any number of processes. Changes wait for each other, looking does not wait.
public final class Spool: Sendable {
    public let folder: String
    public let limits: SpoolLimits
    /// What the labels that are added count; nobody needs them to look at what is there.
    public let classes: ClassSet
    let files: StoreFolder
    private let state = Mutex(State())

    private struct State {
        var index: SpoolIndex?
        /// For those who only look: made of the files, in memory.
        var view: SpoolIndex?
        /// Whether something may lie in the folder that the index does not know.
        var isBehind = false
    }

    /// Looks at the spool in a folder, which need not be there yet. Nothing is written before something is changed.
    ///
    /// - Parameter classes: of the labels that will be added.
    /// - Throws: where the folder cannot be read.
    public convenience init(
        folder: String, limits: SpoolLimits, classes: ClassSet = ClassSet([])
    ) throws(StoreError) {
        try self.init(folder: folder, limits: limits, classes: classes, surroundings: StoreSurroundings())
    }

    package init(
        folder: String, limits: SpoolLimits, classes: ClassSet, surroundings: StoreSurroundings
    ) throws(StoreError) {
        self.folder = URL(fileURLWithPath: folder).path
        self.limits = limits
        self.classes = classes
        // Streets with people in them are not for every user of the machine.
        files = StoreFolder(path: self.folder, surroundings: surroundings, mode: 0o640)
        _ = try files.names()
    }

    // MARK: Looking

    /// All items, newest first.
    public func items() throws(StoreError) -> [SpoolItem] {
        try read { try SpoolRow.fetch("ORDER BY id DESC", in: $0) }.map { $0.record.item(in: folder) }
    }

    /// The item of that number; nil where it is not there, or no longer.
    public func item(_ id: Int64) throws(StoreError) -> SpoolItem? {
        try read { try SpoolRow.fetch("WHERE id = ?", [.integer(id)], in: $0) }.first?.record.item(in: folder)
    }

    public func summary() throws(StoreError) -> SpoolSummary {
        try read { database in
            let totals = try SpoolIndex.totals(database)
            let held = try database.rows(
                "SELECT class, count(*) FROM held JOIN item ON item.id = held.item WHERE unsureness < 0 GROUP BY class"
            ) {
                (try $0.text(0), Int(try $0.integer(1)))
            }
            func time(_ order: String) throws -> Date? {
                try database.first("SELECT time FROM item ORDER BY id \(order) LIMIT 1") {
                    Date(timeIntervalSince1970: try $0.real(0))
                }
            }
            return SpoolSummary(
                items: totals.items, unsure: totals.unsure, bytes: totals.bytes,
                pinned: try database.first("SELECT count(*) FROM item WHERE isPinned") { Int(try $0.integer(0)) } ?? 0,
                itemsPerClass: Dictionary(held, uniquingKeysWith: { first, _ in first }),
                oldest: try time("ASC"), newest: try time("DESC"))
        }
    }

    /// The small grey pictures of all items, newest first.
    public func signatures() throws(StoreError) -> [[UInt8]] {
        try read { try $0.rows("SELECT signature FROM item ORDER BY id DESC") { [UInt8](try $0.blob(0)) } }
    }

    /// What waits for a person: the number of each, how much a person could add, the least first, and whether it is pinned.
    public func unsure() throws(StoreError) -> [(id: Int64, unsureness: Double, isPinned: Bool)] {
        try read { try SpoolIndex.unsure($0).map { ($0.id, $0.unsureness, $0.isPinned) } }
    }

    // MARK: The index

    /// Runs a query without waiting for changes.
    func read<Value>(_ body: (SQLiteConnection) throws -> Value) throws(StoreError) -> Value {
        if let index = usableIndex() {
            do {
                return try index.queue.read(body)
            } catch  where SpoolIndex.isDamaged(error) {
                forgetIndex()
            } catch {
                throw .index(files.path(SpoolIndex.name), error)
            }
        }
        do { return try view().queue.read(body) } catch { throw .index("in memory", error) }
    }

    /// Finishes or removes what a kill has left half done. Every change does so first; looking never does.
    public func settle() throws(StoreError) { try change {} }

    /// Does what only one process may do at a time; `query` and `update` may be used inside.
    func change<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try files.create()
        let lock = try FileLock(files.path("lock"), patience: files.surroundings.patience)
        defer { lock.release() }
        try openIndex()
        return try body()
    }

    /// Asks the index, inside a change.
    func query<Value>(_ body: (SQLiteConnection) throws -> Value) throws(StoreError) -> Value {
        do { return try openIndex().queue.write(body) } catch  where SpoolIndex.isDamaged(error) {
            try rebuildIndex()
        } catch {
            throw .index(files.path(SpoolIndex.name), error)
        }
        do { return try openIndex().queue.write(body) } catch { throw .index(files.path(SpoolIndex.name), error) }
    }

    /// Tells the index what has been done to the files, inside a change.
    func update(_ body: (SQLiteConnection) throws -> Void) throws(StoreError) {
        try files.step(.index, "write \(files.path(SpoolIndex.name))")
        try query(body)
    }

    /// Makes sure that the next one who needs the index compares it with the files first.
    func markBehind() { state.withLock { $0.isBehind = true } }

    /// Throws the index away and makes it anew, inside a change.
    func rebuildIndex() throws(StoreError) {
        forgetIndex()
        for name in SpoolIndex.files { try files.remove(name) }
        try openIndex()
    }

    /// Compares the index with the files, inside a change.
    func reconcile() throws(StoreError) {
        markBehind()
        try openIndex()
    }

    private func forgetIndex() { state.withLock { $0.index = nil } }

    /// The index that was opened, if it still is the one in the folder and nothing is left to do.
    private func usableIndex() -> SpoolIndex? {
        state.withLock { state in
            guard !state.isBehind, let index = state.index, let identity = index.identity,
                identity == SpoolIndex.identity(of: files.path(SpoolIndex.name))
            else { return nil }
            return index
        }
    }

    /// An index in memory that is what the files are just now.
    private func view() throws(StoreError) -> SpoolIndex {
        let index: SpoolIndex
        if let kept = state.withLock({ $0.view }) {
            index = kept
        } else {
            do { index = try SpoolIndex() } catch { throw .index("in memory", error) }
        }
        try SpoolReconciliation(files: files, index: index).run()
        state.withLock { $0.view = index }
        return index
    }

    /// The index of the folder, opened, made anew or brought up to date as needed. Only with the lock.
    @discardableResult private func openIndex() throws(StoreError) -> SpoolIndex {
        if let index = usableIndex() { return index }
        let index = try openOrReplaceIndex()
        let reconciliation = SpoolReconciliation(files: files, index: index)
        try reconciliation.removeStrays()
        try reconciliation.run()
        state.withLock {
            $0.index = index
            $0.view = nil
            $0.isBehind = false
        }
        return index
    }

    private func openOrReplaceIndex() throws(StoreError) -> SpoolIndex {
        let path = files.path(SpoolIndex.name)
        do { return try SpoolIndex(folder: folder) } catch {
            // Whoever writes has the folder's lock, which is ours: what keeps this one waiting is damage too.
            let isBusy = (error as? SQLiteError)?.kind == SQLITE_BUSY
            guard isBusy || SpoolIndex.isDamaged(error) else { throw .index(path, error) }
        }
        for name in SpoolIndex.files { try files.remove(name) }
        do { return try SpoolIndex(folder: folder) } catch { throw .index(path, error) }
    }
}
