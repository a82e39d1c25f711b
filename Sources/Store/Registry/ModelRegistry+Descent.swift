extension ModelRegistry {
    /// The models that learned from something, by themselves or by way of the model that they were trained from, the newest first.
    ///
    /// - Parameter isMeant: of an entry of a cycle's items or of a bundle's lineage.
    func models(thatLearnedFrom isMeant: (String) -> Bool) throws(StoreError) -> [Int] {
        var found: Set<Int> = []
        for cycle in try cycles(last: .max) where cycle.items.contains(where: isMeant) {
            if let candidate = cycle.candidate { found.insert(candidate) }
        }
        let records = try records()
        for record in records where !found.contains(record.number) {
            guard try hasBundle(record.number), let bundle = try? bundle(record.number) else { continue }
            if bundle.lineage.trainingItems?.contains(where: isMeant) == true { found.insert(record.number) }
        }
        var prints = Set(records.filter { found.contains($0.number) }.map(\.fingerprint))
        // A child has a larger number than the model that it was trained from.
        for record in records.sorted(by: { $0.number < $1.number }) {
            guard let parent = record.parent, prints.contains(parent) else { continue }
            found.insert(record.number)
            prints.insert(record.fingerprint)
        }
        return found.sorted(by: >)
    }

    /// Notes that a model is not to be chosen by itself again.
    func reject(_ number: Int, reason: String) throws(StoreError) {
        try change { () throws(StoreError) in
            guard let record = record(number), [.candidate, .retired].contains(record.restingState) else { return }
            try append(.rejected, reason, to: number)
        }
    }

    /// The model that was current last, but for some; else the oldest that is there.
    ///
    /// - Throws: where there is none.
    func lastCurrent(without others: Set<Int>) throws(StoreError) -> Int {
        let candidates = try holding(bundles: records()).filter { !others.contains($0.number) && $0.restingState != .rolledBack }
        let terms = candidates.filter { $0.lastTerm != nil }.sorted { $0.lastTerm ?? 0 > $1.lastTerm ?? 0 }
        let choices = terms + candidates.filter { $0.lastTerm == nil && $0.restingState != .rejected }.reversed()
        if let number = choices.first(where: { (try? bundle($0.number)) != nil })?.number { return number }
        throw StoreError(
            "Every model in \(folder) learned from it.",
            remedy: "'camber models add' takes in one that did not; then 'camber models promote' makes it current.")
    }
}
