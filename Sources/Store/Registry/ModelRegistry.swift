import Foundation
import GRDB
import NeuralNetwork
import RoadScenes

/// The numbered bundles in a folder, one of them current.
///
/// Threading: any thread, any number of processes.
public final class ModelRegistry: Sendable {
    public let folder: String
    /// A link to the current bundle.
    public var currentPath: String { folder + "/current" }

    public init(folder: String, now: @escaping @Sendable () -> Date = { Date() }) throws(StoreError) { self.folder = folder }

    public func entries() throws(StoreError) -> [ModelEntry] { [] }
    public func current() throws(StoreError) -> ModelEntry? { nil }
    public func bundle(_ number: Int) throws(StoreError) -> ModelBundle { throw StoreError("not yet") }
    public func add(_ bundle: ModelBundle, origin: String) throws(StoreError) -> ModelEntry { throw StoreError("not yet") }
    public func promote(_ number: Int, reason: String) throws(StoreError) {}
    public func rollback(reason: String) throws(StoreError) -> ModelEntry { throw StoreError("not yet") }
    /// The number for the next cycle's record.
    public func nextCycle() throws(StoreError) -> Int { 1 }
    public func record(_ cycle: CycleRecord) throws(StoreError) {}
    /// The latest cycles, newest first.
    public func cycles(last: Int = 100) throws(StoreError) -> [CycleRecord] { [] }
    /// What happened, newest first.
    public func events() throws(StoreError) -> [RegistryEvent] { [] }
}
