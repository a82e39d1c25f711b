import Foundation

extension ModelRegistry {
    /// Every registry keeps so many bundles, the newest, besides those that are still needed.
    static let keptBundles = 10

    // MARK: Cycles

    /// The number for the next cycle's record.
    public func nextCycle() throws(StoreError) -> Int {
        (try cycleNumbers().max() ?? 0) + 1
    }

    /// Keeps what a cycle did. A candidate that it did not promote is rejected from now on.
    ///
    /// A cycle that was interrupted may be recorded again; times are kept in whole seconds.
    public func record(_ cycle: CycleRecord) throws(StoreError) {
        guard ModelFile.numbers.contains(cycle.id) else {
            throw StoreError("A cycle has the number \(cycle.id).", remedy: "'nextCycle' gives the next one.")
        }
        try change { () throws(StoreError) in
            try cycleFiles.create()
            try cycleFiles.removeTemporaries()
            try cycleFiles.write(StoreJSON.encode(cycle), ModelFile.record.name(cycle.id))
            if let candidate = cycle.candidate, !cycle.promoted, record(candidate)?.restingState == .candidate,
                try currentNumber() != candidate
            {
                try append(.rejected, cycle.reason, to: candidate)
            }
        }
    }

    /// The latest cycles, newest first. Damaged records are left out.
    public func cycles(last: Int = 100) throws(StoreError) -> [CycleRecord] {
        try cycleNumbers().sorted(by: >).prefix(max(last, 0)).compactMap { number in
            guard let bytes = try? cycleFiles.read(ModelFile.record.name(number), atMost: 64 << 20) else { return nil }
            return StoreJSON.decode(CycleRecord.self, bytes).flatMap { $0.id == number ? $0 : nil }
        }
    }

    private func cycleNumbers() throws(StoreError) -> [Int] {
        guard access(cycleFiles.path, F_OK) == 0 else { return [] }
        return try cycleFiles.names().compactMap(ModelFile.record.number)
    }

    // MARK: Events

    /// Everything that happened to the models, the latest first; those whose bundles were removed are in it too.
    public func events() throws(StoreError) -> [RegistryEvent] {
        try records().flatMap { record in
            record.history.map {
                RegistryEvent(sequence: $0.sequence, time: $0.time, kind: $0.kind, number: record.number, reason: $0.reason)
            }
        }.sorted { $0.sequence > $1.sequence }
    }

    /// Removes all bundles but the newest, the current one, the one it was trained from and the one a rollback would take.
    /// Their records stay.
    func removeOldBundles() throws(StoreError) {
        guard let current = try currentNumber(), let record = record(current) else { return }
        let all = try records().filter { hasBundle($0.number) }
        let previous = all.filter { $0.number != current && $0.restingState == .retired }.max {
            $0.lastTerm ?? 0 < $1.lastTerm ?? 0
        }
        var kept = Set(all.prefix(Self.keptBundles).map(\.number)).union([current])
        if let previous { kept.insert(previous.number) }
        kept.formUnion(all.filter { $0.fingerprint == record.parent }.map(\.number))
        for old in all where !kept.contains(old.number) {
            try files.remove(ModelFile.bundle.name(old.number))
            try append(.removed, "the newest \(Self.keptBundles) are kept", to: old.number)
        }
    }
}
