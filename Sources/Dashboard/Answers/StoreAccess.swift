import Errors
import Store
import Synchronization
import WebServer

/// The spool and the registry, looked at and changed by one after the other; opened when they are needed, as their disk may come
/// late.
///
/// Threading: any.
final class StoreAccess: Sendable {
    private struct Opened {
        var spool: Spool?
        var registry: ModelRegistry?
    }

    private let spoolFolder: String?
    private let registryFolder: String?
    /// What people label; nil where the configuration names no data set for it.
    let human: HumanDataset?
    private let opened = Mutex(Opened())

    init(spool: String?, registry: String?, human: String?) {
        (spoolFolder, registryFolder, self.human) = (spool, registry, human.map(HumanDataset.init))
    }

    func withSpool<Value: Sendable>(_ body: (Spool) throws(StoreError) -> Value) throws(DashboardError) -> Value {
        guard let folder = spoolFolder else {
            throw DashboardError(.missing, "The configuration names no spool.", remedy: "Its section 'spool' would.")
        }
        return try Self.answering(.failed) { () throws(StoreError) in
            try opened.withLock { opened throws(StoreError) in
                let spool = if let spool = opened.spool { spool } else { try Spool(folder: folder, limits: .none) }
                opened.spool = spool
                return try body(spool)
            }
        }
    }

    /// The spool's item that a path names.
    func item(_ request: Request) throws(DashboardError) -> SpoolItem {
        let id = try request.pathNumber("id")
        let item = try withSpool { spool throws(StoreError) in try spool.item(Int64(id)) }
        guard let item else {
            throw DashboardError(.missing, "There is no item \(id) in the spool.", remedy: "It may have been deleted or evicted.")
        }
        return item
    }

    /// - Parameter refusal: what it means for the request where the registry does not do it.
    func withRegistry<Value: Sendable>(
        refusal: ErrorCode = .failed, _ body: (ModelRegistry) throws(StoreError) -> Value
    ) throws(DashboardError) -> Value {
        guard let folder = registryFolder else {
            throw DashboardError(.missing, "The configuration names no registry.", remedy: "Its key 'registry' would.")
        }
        return try Self.answering(refusal) { () throws(StoreError) in
            try opened.withLock { opened throws(StoreError) in
                let registry = if let registry = opened.registry { registry } else { try ModelRegistry(folder: folder) }
                opened.registry = registry
                return try body(registry)
            }
        }
    }

    /// For those who take what there is: nil without a spool, or while it cannot be read.
    func spoolSummary() -> SpoolSummary? {
        try? withSpool { spool throws(StoreError) in try spool.summary() }
    }

    /// How many cycles there have been, and the last; nil without a registry, or while it cannot be read.
    func cycles() -> (count: Int, last: CycleRecord?)? {
        try? withRegistry { registry throws(StoreError) in
            (try registry.nextCycle() - 1, try registry.cycles(last: 1).first)
        }
    }

    /// A file that the store misses is not a page that the reader misses: the request's code goes before the store's.
    private static func answering<Value>(
        _ code: ErrorCode, _ body: () throws(StoreError) -> Value
    ) throws(DashboardError) -> Value {
        PageWork.giveWay()
        do throws(StoreError) { return try body() } catch {
            let isConflict = error.code == .conflict
            throw DashboardError(error.problem, remedy: error.remedy, code: isConflict ? .conflict : code, cause: error)
        }
    }
}
