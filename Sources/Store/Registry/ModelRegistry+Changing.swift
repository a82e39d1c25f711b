import Files
import Foundation
import NeuralNetwork
import RoadScenes

extension ModelRegistry {
    /// Takes in a bundle under the next number, as a candidate. A bundle that is there already is not taken in twice.
    /// One with the same weights and another calibration, say, is another one.
    ///
    /// - Parameter origin: where it comes from, such as `import` or `cycle 12`.
    /// - Throws: where it cannot be written. Nothing is left behind then.
    @discardableResult public func add(_ bundle: ModelBundle, origin: String) throws(StoreError) -> ModelEntry {
        let identity = bundle.identity
        return try change { () throws(StoreError) in
            let current = try? currentNumber()
            let twins = try holding(bundles: records()).filter { $0.fingerprint == identity.fingerprint }
            if let known = twins.first(where: { (try? self.bundle($0.number))?.identity == identity }) {
                return known.entry(in: folder, isCurrent: known.number == current)
            }
            let number = try nextNumber()
            let record = try newRecord(number, bundle, identity.fingerprint, origin: origin, reason: origin)
            do throws(StoreError) {
                try write(record)
                try writeBundle(bundle, number)
            } catch {
                for file in ModelFile.allCases { unlink(files.path(file.name(number))) }
                unlink(files.temporary(ModelFile.bundle.name(number)))
                throw error
            }
            // Too many old bundles are no reason to fail.
            try? removeOldBundles()
            return record.entry(in: folder, isCurrent: false)
        }
    }

    /// Makes a model current, after reading and checking all of it.
    ///
    /// - Throws: where its bundle is damaged or knows other classes than the current one. Nothing is changed then.
    public func promote(_ number: Int, reason: String) throws(StoreError) {
        try change { () throws(StoreError) in
            if case .unreadable(let reason, _) = stored(number) {
                throw StoreError(
                    "Cannot promote model \(number): \(files.path(ModelFile.record.name(number))) cannot be read. \(reason)",
                    remedy: "It may say that the model was rolled back. Put a good one there, or move it elsewhere.")
            }
            let bundle = try bundle(number)
            // A link that leads nowhere is what a promotion repairs.
            let incumbent = try? currentNumber()
            if incumbent == number { return }
            try requireClasses(of: bundle, "Model \(number)")
            try publish(number, .promoted, reason, insteadOf: incumbent)
            try? removeOldBundles()
        }
    }

    /// Whether a bundle may take the current one's place: masks and spools tell classes by the order of their names. Their colours may differ.
    ///
    /// - Parameter name: what the bundle is called in the error.
    /// - Throws: where it knows other classes than the current one.
    public func requireClasses(of bundle: ModelBundle, _ name: String) throws(StoreError) {
        guard let incumbent = try? currentNumber(),
            let known = record(incumbent) ?? bundles.record(of: incumbent, in: files, origin: ""),
            known.classes.names != bundle.classes.names
        else { return }
        throw StoreError(
            "\(name) knows other classes than the current model \(incumbent): "
                + "\(bundle.classes.names.joined(separator: ", ")), not \(known.classes.names.joined(separator: ", ")).",
            remedy: "Use another registry for other classes.")
    }

    /// Takes the current model back for good and makes the one current that was so before it.
    ///
    /// - Returns: the model that is current now.
    /// - Throws: where there is no earlier model that is still there and good.
    @discardableResult public func rollback(reason: String) throws(StoreError) -> ModelEntry {
        try change { () throws(StoreError) in
            guard let current = try currentNumber() else {
                throw StoreError("There is no current model in \(folder).", remedy: "'camber models promote' makes one current.")
            }
            let target = try rollbackTarget(from: current)
            // First of all: what was taken back is never chosen again by itself, even if this is cut short.
            try append(.rolledBack, reason, to: current)
            try publish(target, .restored, "model \(current) was rolled back: \(reason)", insteadOf: current)
            guard let entry = record(target)?.entry(in: folder, isCurrent: true) else { throw unknown(target) }
            return entry
        }
    }

    /// Finishes or removes what a kill has left half done, and takes in numbered bundles that were put there by hand. Every
    /// change does so first; looking never does.
    public func settle() throws(StoreError) { try change {} }

    // MARK: Inside a change

    func change<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try files.create()
        let lock = try FileLock(files.path("lock"), patience: files.surroundings.patience)
        defer { lock.release() }
        try reconcile()
        return try body()
    }

    private func reconcile() throws(StoreError) {
        try files.removeTemporaries()
        for number in try files.names().compactMap(ModelFile.bundle.number).sorted() {
            // What cannot be read is nobody's model.
            guard case .absent = stored(number), var record = record(number) else { continue }
            (record.history[0].sequence, record.history[0].time) = (try nextSequence(), now())
            try write(record)
        }
        guard let linked = try? linkedNumber(), let record = record(linked) else { return }
        switch record.restingState {
        case .candidate, .rejected: try append(.promoted, "found to be current", to: linked)
        case .rolledBack:
            guard let target = try? rollbackTarget(from: linked) else { return }
            try publish(target, .restored, "the rollback of model \(linked) was cut short", insteadOf: linked)
        case .retired, .current: return
        }
    }

    /// The model that was current before another one, if its bundle is still good.
    func rollbackTarget(from current: Int) throws(StoreError) -> Int {
        let earlier = try holding(bundles: records())
            .filter { $0.number != current && $0.restingState == .retired }
            .sorted { $0.lastTerm ?? 0 > $1.lastTerm ?? 0 }
        if let target = earlier.first(where: { (try? bundle($0.number)) != nil }) { return target.number }
        throw StoreError(
            "There is no earlier model in \(folder) to go back to.", remedy: "'camber models promote' can make any model current."
        )
    }

    /// Moves the link, then says so in the history. A promotion that fails leaves the link where it was; a rollback that is
    /// cut short is finished by the next change.
    private func publish(
        _ number: Int, _ kind: RegistryEvent.Kind, _ reason: String, insteadOf incumbent: Int?
    ) throws(StoreError) {
        do throws(StoreError) {
            try files.link(Self.linkName, to: ModelFile.bundle.name(number))
            try append(kind, reason, to: number)
        } catch {
            if kind == .promoted {
                if let incumbent {
                    try? files.link(Self.linkName, to: ModelFile.bundle.name(incumbent))
                } else {
                    try? files.remove(Self.linkName)
                }
            }
            throw error
        }
    }

    /// Those whose bundles are there.
    func holding(bundles records: [ModelRecord]) throws(StoreError) -> [ModelRecord] {
        var held: [ModelRecord] = []
        for record in records where try hasBundle(record.number) { held.append(record) }
        return held
    }

    /// A record that cannot be read is left as it is.
    func append(_ kind: RegistryEvent.Kind, _ reason: String, to number: Int) throws(StoreError) {
        guard var record = record(number) else { return }
        record.history.append(.init(sequence: try nextSequence(), time: now(), kind: kind, reason: reason))
        try write(record)
    }

    private func write(_ record: ModelRecord) throws(StoreError) {
        try files.write(StoreJSON.encode(record), ModelFile.record.name(record.number))
    }

    private func writeBundle(_ bundle: ModelBundle, _ number: Int) throws(StoreError) {
        let name = ModelFile.bundle.name(number)
        try files.step(.wrote(name), "write \(files.path(name))")
        try bundle.write(to: files.temporary(name))
        try files.nameTemporary(name)
        try files.sync()
    }

    private func newRecord(
        _ number: Int, _ bundle: ModelBundle, _ fingerprint: String, origin: String, reason: String
    ) throws(StoreError) -> ModelRecord {
        ModelRecord(
            number: number, fingerprint: fingerprint, origin: origin, classes: bundle.classes,
            miou: bundle.metrics["miou"] ?? bundle.metrics["val_miou"],
            parent: bundle.lineage.parent,
            history: [.init(sequence: try nextSequence(), time: now(), kind: .added, reason: reason)])
    }

    private func nextNumber() throws(StoreError) -> Int {
        let taken = try files.names().compactMap { name in
            ModelFile.bundle.number(name) ?? ModelFile.record.number(name)
        }
        let number = (taken.max() ?? 0) + 1
        guard ModelFile.numbers.contains(number) else {
            throw StoreError("The numbers of \(folder) are used up.", remedy: "Name another folder for the registry.")
        }
        return number
    }

    private func nextSequence() throws(StoreError) -> Int {
        (try records().flatMap(\.history).map(\.sequence).max() ?? 0) + 1
    }

    /// Whole seconds, as they are written.
    private func now() -> Date {
        Date(timeIntervalSince1970: files.surroundings.now().timeIntervalSince1970.rounded(.down))
    }
}
