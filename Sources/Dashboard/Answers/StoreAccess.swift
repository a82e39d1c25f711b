import Errors
import Store

/// The spool and the registry, looked at and changed by one worker; opened when they are needed, as their disk may come late.
///
/// Threading: any.
// Safe to send: what was opened is only touched by the worker.
final class StoreAccess: @unchecked Sendable {
    private let spoolFolder: String?
    private let registryFolder: String?
    private let worker = Worker("page-store")
    private var spool: Spool?
    private var registry: ModelRegistry?

    init(spool: String?, registry: String?) {
        (spoolFolder, registryFolder) = (spool, registry)
    }

    func stop() { worker.stop() }

    func withSpool<Value: Sendable>(
        _ body: @escaping @Sendable (Spool) throws(StoreError) -> Value
    ) async throws(DashboardError) -> Value {
        guard let folder = spoolFolder else {
            throw DashboardError(.missing, "The configuration names no spool.", remedy: "Its section 'spool' would.")
        }
        return try await worker.run { [self] () throws(DashboardError) in
            do throws(StoreError) {
                let opened = if let spool { spool } else { try Spool(folder: folder, limits: .none) }
                spool = opened
                return try body(opened)
            } catch {
                throw Self.answer(error, .failed)
            }
        }
    }

    /// - Parameter refusal: what it means for the request where the registry does not do it.
    func withRegistry<Value: Sendable>(
        refusal: ErrorCode = .failed, _ body: @escaping @Sendable (ModelRegistry) throws(StoreError) -> Value
    ) async throws(DashboardError) -> Value {
        guard let folder = registryFolder else {
            throw DashboardError(.missing, "The configuration names no registry.", remedy: "Its key 'registry' would.")
        }
        return try await worker.run { [self] () throws(DashboardError) in
            do throws(StoreError) {
                let opened = if let registry { registry } else { try ModelRegistry(folder: folder) }
                registry = opened
                return try body(opened)
            } catch {
                throw Self.answer(error, refusal)
            }
        }
    }

    /// A file that the store misses is not a page that the reader misses: the request's code goes before the store's.
    private static func answer(_ error: StoreError, _ code: ErrorCode) -> DashboardError {
        DashboardError(error.problem, remedy: error.remedy, code: code, cause: error)
    }

    /// For those who take what there is: nil without a spool, or while it cannot be read.
    func spoolSummary() async -> SpoolSummary? {
        try? await withSpool { spool throws(StoreError) in try spool.summary() }
    }

    /// How many cycles there have been, and the last; nil without a registry, or while it cannot be read.
    func cycles() async -> (count: Int, last: CycleRecord?)? {
        try? await withRegistry { registry throws(StoreError) in
            (try registry.nextCycle() - 1, try registry.cycles(last: 1).first)
        }
    }
}
