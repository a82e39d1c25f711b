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
    /// A cycle that was interrupted may be recorded again; times are kept in whole seconds. Where its number is that of a
    /// record that cannot be read, or of another cycle that was run in another work folder, it gets the next.
    ///
    /// - Returns: what was kept.
    @discardableResult public func record(_ cycle: CycleRecord) throws(StoreError) -> CycleRecord {
        guard ModelFile.numbers.contains(cycle.id) else {
            throw StoreError("A cycle has the number \(cycle.id).", remedy: "'nextCycle' gives the next one.")
        }
        return try change { () throws(StoreError) in
            try cycleFiles.create()
            try cycleFiles.removeTemporaries()
            var cycle = cycle
            cycle.id = try number(of: cycle)
            try cycleFiles.write(StoreJSON.encode(cycle), ModelFile.record.name(cycle.id))
            if let candidate = cycle.candidate, !cycle.promoted, record(candidate)?.restingState == .candidate,
                try currentNumber() != candidate
            {
                try append(.rejected, cycle.reason, to: candidate)
            }
            return cycle
        }
    }

    /// The latest cycles, newest first. Records that cannot be read are left out.
    public func cycles(last: Int = 100) throws(StoreError) -> [CycleRecord] {
        try cycleNumbers().sorted(by: >).prefix(max(last, 0)).compactMap { storedCycle($0).value }
    }

    private func cycleNumbers() throws(StoreError) -> [Int] { try cycleFiles.names().compactMap(ModelFile.record.number) }

    /// Its own, or that under which it was recorded before.
    private func number(of cycle: CycleRecord) throws(StoreError) -> Int {
        func isSame(_ other: CycleRecord) -> Bool {
            other.incumbent == cycle.incumbent && abs(other.startedAt.timeIntervalSince(cycle.startedAt)) < 1
        }
        switch storedCycle(cycle.id) {
        case .absent: return cycle.id
        case .read(let other) where isSame(other): return cycle.id
        default:
            if let known = try cycles(last: .max).first(where: isSame) { return known.id }
            return try nextCycle()
        }
    }

    private func storedCycle(_ number: Int) -> StoredRecord<CycleRecord> {
        cycleFiles.record(
            ModelFile.record.name(number), CycleRecord.self, format: nil, atMost: 64 << 20, isSound: { $0.id == number })
    }

    // MARK: What cannot be read

    /// The records of models and cycles that cannot be read.
    public func unreadable() throws(StoreError) -> [RegistryFinding] {
        var findings: [RegistryFinding] = []
        for number in try files.names().compactMap(ModelFile.record.number).sorted() {
            guard case .unreadable(let reason, _) = stored(number) else { continue }
            findings.append(RegistryFinding(model: number, path: files.path(ModelFile.record.name(number)), problem: reason))
        }
        for number in try cycleNumbers().sorted() {
            guard case .unreadable(let reason, _) = storedCycle(number) else { continue }
            findings.append(RegistryFinding(model: nil, path: cycleFiles.path(ModelFile.record.name(number)), problem: reason))
        }
        return findings
    }

    // MARK: Events

    /// Whether the last that happened to a model is that a rollback made it current again.
    public func isRestored(_ number: Int) -> Bool { record(number)?.history.last?.kind == .restored }

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
        let all = try holding(bundles: records())
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
