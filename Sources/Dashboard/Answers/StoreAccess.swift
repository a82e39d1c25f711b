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

        mutating func spool(in folder: String) throws(StoreError) -> Spool {
            if let spool { return spool }
            let fresh = try Spool(folder: folder, limits: .none)
            spool = fresh
            return fresh
        }

        mutating func registry(in folder: String) throws(StoreError) -> ModelRegistry {
            if let registry { return registry }
            let fresh = try ModelRegistry(folder: folder)
            registry = fresh
            return fresh
        }
    }

    private struct Figures {
        var spool: SpoolSummary?
        var cycles: (count: Int, last: CycleRecord?)?
    }

    private let spoolFolder: String?
    private let registryFolder: String?
    /// What people label; nil where the configuration names no data set for it.
    let human: HumanDataset?
    private let opened = Mutex(Opened())
    /// As they were last read.
    private let figures = Mutex(Figures())

    init(spool: String?, registry: String?, human: String?) {
        (spoolFolder, registryFolder, self.human) = (spool, registry, human.map(HumanDataset.init))
    }

    func withSpool<Value: Sendable>(_ body: (Spool) throws(StoreError) -> Value) throws(DashboardError) -> Value {
        guard let folder = spoolFolder else {
            throw DashboardError(.missing, "The configuration names no spool.", remedy: "Its section 'spool' would.")
        }
        return try Self.answering(.failed) { () throws(StoreError) in
            try opened.withLock { opened throws(StoreError) in
                try body(opened.spool(in: folder))
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
                try body(opened.registry(in: folder))
            }
        }
    }

    /// For those who take what there is: nil without a spool, or while it cannot be read.
    func spoolSummary() -> SpoolSummary? {
        guard let folder = spoolFolder else { return nil }
        return latest(\.spool) { opened in try? opened.spool(in: folder).summary() }
    }

    /// How many cycles there have been, and the last; nil without a registry, or while it cannot be read.
    func cycles() -> (count: Int, last: CycleRecord?)? {
        guard let folder = registryFolder else { return nil }
        return latest(\.cycles) { opened in
            try? { () throws(StoreError) in
                let registry = try opened.registry(in: folder)
                return (try registry.nextCycle() - 1, try registry.cycles(last: 1).first)
            }()
        }
    }

    /// Read now, or as it was while somebody else has the store: a change may wait for another process for as long as a scraper waits for
    /// everything.
    private func latest<Value: Sendable>(
        _ place: WritableKeyPath<Figures, Value?> & Sendable, _ read: (inout Opened) -> sending Value?
    ) -> Value? {
        PageWork.giveWay()
        let fresh = opened.withLockIfAvailable { opened in read(&opened) }
        return figures.withLock { figures in
            if let fresh { figures[keyPath: place] = fresh }
            return figures[keyPath: place]
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
