import Foundation
import RoadScenes
import Synchronization

/// What bundles say of themselves, for those without a record that can be read. Each is read once.
///
/// Threading: any.
final class BundleRecords: Sendable {
    private let known = Mutex<[Int: (stamp: String, record: ModelRecord)]>([:])

    /// Nil where there is no bundle of that number, or none that can be read.
    func record(of number: Int, in files: StoreFolder, origin: String) -> ModelRecord? {
        let name = ModelFile.bundle.name(number)
        guard let stamp = try? files.stamp(name), let status = try? files.status(name) else { return nil }
        if var record = known.withLock({ $0[number].flatMap { $0.stamp == stamp ? $0.record : nil } }) {
            record.origin = origin
            return record
        }
        guard let bundle = try? ModelBundle(contentsOf: files.path(name)) else { return nil }
        let record = ModelRecord(
            number: number, fingerprint: bundle.fingerprint, origin: origin, classes: bundle.classes,
            miou: bundle.metrics["miou"] ?? bundle.metrics["val_miou"], parent: bundle.lineage.parent,
            history: [
                .init(
                    sequence: 0, time: Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec)), kind: .added,
                    reason: "found without a record")
            ])
        known.withLock { $0[number] = (stamp, record) }
        return record
    }
}
