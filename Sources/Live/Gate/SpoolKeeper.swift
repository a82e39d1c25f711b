import RoadScenes
import Store
import Synchronization

/// A spool that may not be there yet, like one on a disk that is mounted late: opened when it is needed, tried again each time.
///
/// Threading: any.
final class SpoolKeeper: FrameKeeper {
    let limits: SpoolLimits
    private let folder: String
    private let classes: ClassSet
    private let spool = Mutex<Spool?>(nil)

    init(folder: String, limits: SpoolLimits, classes: ClassSet) {
        (self.folder, self.limits, self.classes) = (folder, limits, classes)
    }

    func keep(_ entry: SpoolEntry) throws(StoreError) { _ = try opened().add(entry) }
    func signatures() throws(StoreError) -> [[UInt8]] { try opened().signatures() }
    func unsure() throws(StoreError) -> (items: Int, least: Double?) {
        let waiting = try opened().unsure()
        return (waiting.count, waiting.first { !$0.isPinned }?.unsureness)
    }
    func held() throws(StoreError) -> (items: Int, bytes: Int) {
        let summary = try summary()
        return (summary.items, summary.bytes)
    }
    func summary() throws(StoreError) -> SpoolSummary { try opened().summary() }

    private func opened() throws(StoreError) -> Spool {
        if let spool = spool.withLock({ $0 }) { return spool }
        let fresh = try Spool(folder: folder, limits: limits, classes: classes)
        spool.withLock { $0 = fresh }
        return fresh
    }
}
