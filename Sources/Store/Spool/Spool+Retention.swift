extension Spool {
    /// Removes an item, pinned or not; one that is not there is no error.
    public func delete(_ id: Int64) throws(StoreError) {
        try change { () throws(StoreError) in try remove([id]) }
    }

    /// Removes items that are damaged beyond doubt and what is over the limits, and makes the index anew.
    ///
    /// - Returns: how many items were removed.
    /// - Throws: where the folder cannot be changed, or the disk stays too full whatever is removed.
    @discardableResult public func prune() throws(StoreError) -> Int {
        try change { () throws(StoreError) in
            try rebuildIndex()
            let damaged = Set(try itemFindings().filter { $0.kind != .index && $0.kind != .unknown }.compactMap(\.id)).sorted()
            try remove(damaged)
            let (evicted, problem) = try evictions(for: nil)
            try remove(evicted)
            if let problem { throw problem }
            return damaged.count + evicted.count
        }
    }

    /// Evicts what has to go for one more item, inside a change.
    ///
    /// - Throws: where that is not possible; nothing is evicted then.
    func makeRoom(for record: SpoolRecord) throws(StoreError) {
        let (evicted, problem) = try evictions(for: record)
        if let problem { throw problem }
        try remove(evicted)
    }

    /// Takes items from the folder, then from the index, inside a change: records first, so that no power cut leaves a record without its
    /// pictures. Killed in between, the next one who opens the spool finishes it.
    private func remove(_ ids: [Int64]) throws(StoreError) {
        if ids.isEmpty { return }
        do throws(StoreError) {
            for id in ids { try files.remove(SpoolFile.record.name(id)) }
            try files.sync()
            for id in ids {
                for file in SpoolFile.allCases where file != .record { try files.remove(file.name(id)) }
                try update { try SpoolIndex.delete(id, in: $0) }
            }
        } catch {
            markBehind()
            throw error
        }
    }

    private func noRoomForUnsure(_ count: Int) -> StoreError {
        StoreError(
            "\(folder) has no room for another frame that waits for a person: \(count) wait already, pinned or as unsure.",
            remedy: "Label or delete some, or allow more with 'unsure_items'.")
    }

    /// What has to go so that one more fits, if any: first for the spool's own limits, then for the disk. Nothing goes for the
    /// disk where even all of it would not do. What waits for a person goes for its own limit, the least unsure first; for
    /// bytes it goes last.
    private func evictions(for record: SpoolRecord?) throws(StoreError) -> (ids: [Int64], problem: StoreError?) {
        var totals = try query(SpoolIndex.totals)
        var unsure = try query(SpoolIndex.unsure).filter { !$0.isPinned }[...]
        var ids: [Int64] = []
        var freed = 0
        func evict(_ id: Int64, _ bytes: Int) {
            ids.append(id)
            freed += bytes
            totals.bytes -= bytes
        }
        let added = record?.unsureness == nil ? 0 : 1
        while totals.unsure + added > limits.unsureItems {
            if let unsureness = record?.unsureness, unsure.first?.unsureness ?? 1 >= unsureness {
                return ([], noRoomForUnsure(totals.unsure))
            }
            // Pinned ones stay where they are too many.
            guard let least = unsure.popFirst() else { break }
            evict(least.id, least.bytes)
            totals.unsure -= 1
        }
        let (items, bytes) = (record == nil ? 0 : 1 - added, record?.bytes ?? 0)
        var candidates = try query { try SpoolIndex.evictable($0, rareClassItems: limits.rareClassItems) }[...]
        func evictNext() -> Bool {
            if let candidate = candidates.popFirst() {
                evict(candidate.id, candidate.bytes)
                totals.items -= 1
            } else if totals.items <= limits.items - items, let candidate = unsure.popFirst() {
                evict(candidate.id, candidate.bytes)
                totals.unsure -= 1
            } else {
                return false
            }
            return true
        }
        while totals.items > limits.items - items || totals.bytes > limits.bytes - bytes {
            guard evictNext() else {
                return (
                    ids,
                    StoreError(
                        "\(folder) is full: \(totals.items) pinned items of \(totals.bytes) bytes leave no room for \(bytes) bytes; "
                            + "its limits are \(limits.items) items and \(limits.bytes) bytes.",
                        remedy: "Unpin some with 'camber spool pin --off', or allow it more.")
                )
            }
        }
        guard limits.freeBytes > 0, let free = files.surroundings.freeBytes(folder), free + freed < limits.freeBytes else {
            return (ids, nil)
        }
        let rest = candidates.reduce(0) { $0 + $1.bytes } + unsure.reduce(0) { $0 + $1.bytes }
        guard free + freed + rest >= limits.freeBytes else {
            return (
                ids,
                StoreError(
                    "The disk of \(folder) has \(free) bytes free and \(limits.freeBytes) must stay free; the spool is too small to help.",
                    remedy: "Make room on this disk; spooling goes on by itself.")
            )
        }
        while free + freed < limits.freeBytes, evictNext() {}
        return (ids, nil)
    }
}
