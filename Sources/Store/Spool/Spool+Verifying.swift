import Files
import Foundation

extension Spool {
    /// Compares every file with what was written, and the index with the files. Reads all of it.
    ///
    /// - Returns: what is wrong; `prune` removes it.
    public func verify() throws(StoreError) -> [SpoolFinding] {
        var findings = try itemFindings()
        // Without the lock an item that is just being added would look like a stray.
        if let lock = try? FileLock(files.path("lock"), patience: files.surroundings.patience) {
            defer { lock.release() }
            let names = try files.names()
            let strays = SpoolFile.withoutRecord(names) + names.filter(StoreFolder.isTemporary)
            findings += strays.sorted().map {
                SpoolFinding(kind: .stray, id: nil, path: files.path($0), problem: "It belongs to no item.")
            }
        }
        return findings
    }

    /// What is wrong with the items that are there.
    func itemFindings() throws(StoreError) -> [SpoolFinding] {
        let rows = try read { try SpoolRow.fetch(in: $0) }
        let known = Dictionary(rows.map { ($0.record.id, $0.record) }, uniquingKeysWith: { first, _ in first })
        let ids = try files.names().compactMap { name in SpoolFile.parse(name).flatMap { $0.file == .record ? $0.id : nil } }
        var findings: [SpoolFinding] = []
        for id in ids.sorted() {
            let found = self.findings(id, known[id])
            // Meanwhile evicted by another process.
            if try files.status(SpoolFile.record.name(id)) != nil { findings += found }
        }
        return findings
    }

    /// The records that cannot be read. They are left as they are, and are no items.
    public func unreadable() throws(StoreError) -> [SpoolFinding] {
        let known = Set(try read { try $0.rows("SELECT id FROM item") { try $0.integer(0) } })
        let ids = try files.names().compactMap { name in SpoolFile.parse(name).flatMap { $0.file == .record ? $0.id : nil } }
        return ids.filter { !known.contains($0) }.sorted().compactMap { id in
            guard case .unreadable(let reason, let isDamaged) = SpoolReconciliation.record(id, in: files) else { return nil }
            return SpoolFinding(
                kind: isDamaged ? .unreadable : .unknown, id: id, path: files.path(SpoolFile.record.name(id)), problem: reason)
        }
    }

    /// What is wrong with an item's own files, its frame first; empty where all are as they were written.
    public func problems(with item: SpoolItem) -> [SpoolFinding] { findings(item.id, nil).filter { $0.kind != .index } }

    private func findings(_ id: Int64, _ known: SpoolRecord?) -> [SpoolFinding] {
        func finding(_ kind: SpoolFinding.Kind, _ file: SpoolFile, _ problem: String) -> SpoolFinding {
            SpoolFinding(kind: kind, id: id, path: files.path(file.name(id)), problem: problem)
        }
        let record: SpoolRecord
        switch SpoolReconciliation.record(id, in: files) {
        case .read(let found): record = found
        case .absent: return [finding(.missing, .record, "It is not there.")]
        case .unreadable(let reason, let isDamaged):
            return [finding(isDamaged ? .unreadable : .unknown, .record, reason)]
        }
        var findings: [SpoolFinding] = []
        for (file, bytes, checksum) in record.pictures {
            do throws(StoreError) {
                guard try files.status(file.name(id)) != nil else {
                    findings.append(finding(.missing, file, "It is not there."))
                    continue
                }
                guard try files.stamp(file.name(id)) != nil else {
                    findings.append(finding(.changed, file, "It is no regular file."))
                    continue
                }
                let content = try files.read(file.name(id))
                let found = Checksum(content).description
                if content.count != bytes {
                    findings.append(finding(.changed, file, "It has \(content.count) bytes, \(bytes) were written."))
                } else if found != checksum {
                    findings.append(finding(.changed, file, "Its checksum is \(found), written was \(checksum)."))
                }
            } catch {
                findings.append(finding(.unknown, file, error.problem))
            }
        }
        if known != record {
            let problem = known == nil ? "The index does not have it." : "The index tells something else of it."
            findings.append(finding(.index, .record, problem))
        }
        return findings
    }
}
