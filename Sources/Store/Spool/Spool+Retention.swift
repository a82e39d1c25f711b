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
            var eviction = try SpoolEviction(from: self)
            do throws(StoreError) { try eviction.choose(for: nil) } catch {
                try remove(eviction.ids)
                throw error
            }
            try remove(eviction.ids)
            return damaged.count + eviction.ids.count
        }
    }

    /// Evicts what has to go for one more item, inside a change.
    ///
    /// - Throws: where that is not possible; nothing is evicted then.
    func makeRoom(for record: SpoolRecord) throws(StoreError) {
        var eviction = try SpoolEviction(from: self)
        try eviction.choose(for: record)
        try remove(eviction.ids)
    }

    /// As above, where the disk has refused the item: besides bytes it may lack room for more files, or this user his share of it, and
    /// then the next one goes.
    ///
    /// - Returns: whether anything was evicted.
    func makeRoomOnFullDisk(for record: SpoolRecord) throws(StoreError) -> Bool {
        var eviction = try SpoolEviction(from: self)
        try eviction.choose(for: record)
        if eviction.ids.isEmpty { eviction.chooseAnother() }
        try remove(eviction.ids)
        return !eviction.ids.isEmpty
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
}
