import Files
import Foundation
import NeuralNetwork
import RoadScenes

/// The numbered bundles in a folder, one of them current.
///
/// The link `current` says which one is; a record beside each bundle says what happened to it, and one file each cycle of the
/// learner says what it did. `docs/store.md` has the layout.
///
/// Threading: any thread, any number of processes. Changes wait for each other, looking does not wait.
public final class ModelRegistry: Sendable {
    /// The name of the link to the current bundle.
    static let linkName = "current"

    public let folder: String
    /// A link to the current bundle; there from the first promotion on.
    public var currentPath: String { files.path(Self.linkName) }
    let files: StoreFolder
    let bundles = BundleRecords()
    var cycleFiles: StoreFolder { StoreFolder(path: files.path("cycles"), surroundings: files.surroundings) }

    /// Looks at the registry in a folder, which need not be there yet. Nothing is written before something is changed.
    ///
    /// - Throws: where the folder cannot be read.
    public convenience init(folder: String, now: @escaping @Sendable () -> Date = { Date() }) throws(StoreError) {
        try self.init(folder: folder, surroundings: StoreSurroundings(now: now))
    }

    package init(folder: String, surroundings: StoreSurroundings) throws(StoreError) {
        self.folder = URL(fileURLWithPath: folder).path
        files = StoreFolder(path: self.folder, surroundings: surroundings)
        // Throws where there is nothing to look at.
        _ = try files.names()
    }

    // MARK: Looking

    /// All models whose bundles are there, newest first. Of those whose records cannot be read only the current one is
    /// among them; `unreadable` names the others. None is current where the link leads nowhere; `current` says why.
    public func entries() throws(StoreError) -> [ModelEntry] {
        let current = try? currentNumber()
        var entries: [ModelEntry] = []
        for record in try records() where try hasBundle(record.number) {
            entries.append(record.entry(in: folder, isCurrent: record.number == current))
        }
        if let current, !entries.contains(where: { $0.number == current }), let record = try currentRecord(current) {
            entries.append(record.entry(in: folder, isCurrent: true))
        }
        return entries.sorted { $0.number > $1.number }
    }

    /// The model that daemons run; nil where none was promoted yet.
    ///
    /// - Throws: where the link leads nowhere.
    public func current() throws(StoreError) -> ModelEntry? {
        guard let number = try currentNumber() else { return nil }
        guard let record = try currentRecord(number) else {
            throw StoreError(
                "\(currentPath) leads to \(ModelFile.bundle.name(number)), which is not there or has lost its record.",
                remedy: "'camber models rollback' takes the one before it, 'camber models promote' any.")
        }
        return record.entry(in: folder, isCurrent: true)
    }

    /// Of the model that the link names: it runs on, even if its record cannot be read.
    private func currentRecord(_ number: Int) throws(StoreError) -> ModelRecord? {
        guard try hasBundle(number) else { return nil }
        return record(number) ?? bundles.record(of: number, in: files, origin: "its record cannot be read")
    }

    /// Reads and checks a bundle.
    ///
    /// - Throws: where it is missing, damaged, or not the one that was added under this number.
    public func bundle(_ number: Int) throws(StoreError) -> ModelBundle {
        guard ModelFile.numbers.contains(number), try hasBundle(number) else { throw unknown(number) }
        let path = files.path(ModelFile.bundle.name(number))
        let bundle = try ModelBundle(contentsOf: path)
        if let record = record(number), record.fingerprint != bundle.fingerprint {
            throw StoreError(
                "\(path) has the fingerprint \(bundle.fingerprint); model \(number) was added with \(record.fingerprint).",
                remedy: "The file was replaced. Put the right one back, or promote another model.")
        }
        return bundle
    }

    // MARK: Records

    /// The records of all models that ever were, newest first. Those that cannot be read are left out; a bundle without one
    /// has the record that the next change will give it.
    func records() throws(StoreError) -> [ModelRecord] {
        let names = try files.names()
        let numbers = names.compactMap(ModelFile.record.number) + names.compactMap(ModelFile.bundle.number)
        return Set(numbers).sorted(by: >).compactMap(record)
    }

    func record(_ number: Int) -> ModelRecord? {
        switch stored(number) {
        case .read(let record): record
        case .absent: bundles.record(of: number, in: files, origin: "found")
        case .unreadable: nil
        }
    }

    func stored(_ number: Int) -> StoredRecord<ModelRecord> {
        files.record(
            ModelFile.record.name(number), ModelRecord.self, format: ModelRecord.format, atMost: 16 << 20,
            isSound: { $0.isSound(number) })
    }

    func hasBundle(_ number: Int) throws(StoreError) -> Bool { try files.stamp(ModelFile.bundle.name(number)) != nil }

    /// The number of the current model; nil where none was promoted yet. A rollback that was cut short counts as done.
    func currentNumber() throws(StoreError) -> Int? {
        guard let linked = try linkedNumber() else { return nil }
        guard record(linked)?.restingState == .rolledBack, let target = try? rollbackTarget(from: linked) else { return linked }
        return target
    }

    /// Where the link leads; nil where there is none.
    func linkedNumber() throws(StoreError) -> Int? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(currentPath, &buffer, buffer.count)
        guard length >= 0 else {
            if errno == ENOENT { return nil }
            guard errno == EINVAL else { throw .system("Cannot read the link \(currentPath)") }
            throw StoreError(
                "\(currentPath) is no link to a numbered bundle; a copy that follows links makes a file of it.",
                remedy: "'camber models promote' makes it right; 'cp -a' copies a registry as it is.")
        }
        let target = String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
        let name = target.split(separator: "/").last.map(String.init) ?? target
        guard let number = ModelFile.bundle.number(name), target == name || target == files.path(name) else {
            throw StoreError(
                "\(currentPath) leads to \(target), which is no numbered bundle of this registry.",
                remedy: "'camber models promote' makes it right.")
        }
        return number
    }

    func unknown(_ number: Int) -> StoreError {
        StoreError("There is no model \(number) in \(folder).", remedy: "'camber models list' shows what there is.")
    }
}
