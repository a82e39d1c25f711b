import Foundation
import RoadScenes
import Synchronization
import Video

/// Frames worth learning from, with their pseudo-labels, on disk.
///
/// Threading: any thread, any number of processes.
public final class Spool: Sendable {
    public let folder: String
    public let limits: SpoolLimits
    public let classes: ClassSet
    private let now: @Sendable () -> Date
    private let kept = Mutex<[SpoolItem]>([])

    public init(
        folder: String, limits: SpoolLimits, classes: ClassSet = ClassSet([]), now: @escaping @Sendable () -> Date = { Date() }
    ) throws(StoreError) {
        self.folder = folder
        self.limits = limits
        self.classes = classes
        self.now = now
    }

    public func add(_ entry: SpoolEntry) throws(StoreError) -> SpoolItem { throw StoreError("not yet") }
    public func items() throws(StoreError) -> [SpoolItem] { kept.withLock { $0 } }
    public func item(_ id: Int64) throws(StoreError) -> SpoolItem? { kept.withLock { $0.first { $0.id == id } } }
    public func setPinned(_ id: Int64, _ isPinned: Bool) throws(StoreError) {}
    public func delete(_ id: Int64) throws(StoreError) {}
    public func prune() throws(StoreError) -> Int { 0 }
    public func verify() throws(StoreError) -> [SpoolFinding] { [] }
    public func summary() throws(StoreError) -> SpoolSummary {
        SpoolSummary(items: 0, bytes: 0, pinned: 0, itemsPerClass: [:], oldest: nil, newest: nil)
    }
    public func signatures() throws(StoreError) -> [[UInt8]] { [] }
}
