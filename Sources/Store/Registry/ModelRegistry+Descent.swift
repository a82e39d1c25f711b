/// Where a model comes from.
struct ModelDescent {
    let number: Int
    let fingerprint: String
    /// The fingerprint of the model that it was trained from.
    let parent: String?
    /// What it was trained on itself.
    let items: Set<String>
}

extension [ModelDescent] {
    /// The models that learned from something, by themselves or by way of the model that they were trained from, the newest first.
    func numbers(thatLearnedFrom isMeant: (String) -> Bool) -> [Int] {
        var (found, prints): ([Int], Set<String>) = ([], [])
        for model in self where model.parent.map(prints.contains) == true || model.items.contains(where: isMeant) {
            found.append(model.number)
            prints.insert(model.fingerprint)
        }
        return found.sorted(by: >)
    }
}

extension ModelRegistry {
    /// What each model was trained on, as far as the history of cycles and the bundles that are there tell.
    func descents() throws(StoreError) -> [ModelDescent] {
        var items: [Int: Set<String>] = [:]
        for cycle in try cycles(last: .max) {
            if let candidate = cycle.candidate { items[candidate, default: []].formUnion(cycle.items) }
        }
        var descents: [ModelDescent] = []
        // A child has a larger number than the model that it was trained from.
        for record in try records().sorted(by: { $0.number < $1.number }) {
            if try hasBundle(record.number), let own = (try? bundle(record.number))?.lineage.trainingItems {
                items[record.number, default: []].formUnion(own)
            }
            descents.append(
                ModelDescent(
                    number: record.number, fingerprint: record.fingerprint, parent: record.parent,
                    items: items[record.number] ?? []))
        }
        return descents
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
        let candidates = try holding(bundles: records()).filter {
            !others.contains($0.number) && ![.rolledBack, .rejected].contains($0.restingState)
        }
        let terms = candidates.filter { $0.lastTerm != nil }.sorted { $0.lastTerm ?? 0 > $1.lastTerm ?? 0 }
        let choices = terms + candidates.filter { $0.lastTerm == nil }.reversed()
        if let number = choices.first(where: { (try? bundle($0.number)) != nil })?.number { return number }
        throw StoreError(
            "Every model in \(folder) learned from it.",
            remedy: "'camber models add' takes in one that did not; then 'camber models promote' makes it current.")
    }
}
