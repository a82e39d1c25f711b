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
    var cycleFiles: StoreFolder { StoreFolder(path: files.path("cycles"), surroundings: files.surroundings) }

    /// Opens the registry in a folder, or makes one; finishes or removes what a kill has left half done, and takes in numbered
    /// bundles that were put there by hand.
    ///
    /// A folder that cannot be written to can still be looked at; changes fail until it can.
    ///
    /// - Throws: where the folder can be neither read nor made.
    public convenience init(folder: String, now: @escaping @Sendable () -> Date = { Date() }) throws(StoreError) {
        try self.init(folder: folder, surroundings: StoreSurroundings(now: now))
    }

    package init(folder: String, surroundings: StoreSurroundings) throws(StoreError) {
        self.folder = URL(fileURLWithPath: folder).path
        files = StoreFolder(path: self.folder, surroundings: surroundings)
        try files.create()
        // Throws where there is nothing to look at.
        _ = try files.names()
        guard let lock = try? FileLock(files.path("lock"), patience: surroundings.patience) else { return }
        defer { lock.release() }
        try? reconcile()
    }

    // MARK: Looking

    /// All models whose bundles are there, newest first.
    public func entries() throws(StoreError) -> [ModelEntry] {
        let current = try currentNumber()
        return try records().filter { hasBundle($0.number) }.map { $0.entry(in: folder, isCurrent: $0.number == current) }
    }

    /// The model that daemons run; nil where none was promoted yet.
    ///
    /// - Throws: where the link leads nowhere.
    public func current() throws(StoreError) -> ModelEntry? {
        guard let number = try currentNumber() else { return nil }
        guard hasBundle(number), let record = record(number) else {
            throw StoreError(
                "\(currentPath) leads to \(ModelFile.bundle.name(number)), which is not there or has lost its record.",
                remedy: "'camber models rollback' takes the one before it, 'camber models promote' any.")
        }
        return record.entry(in: folder, isCurrent: true)
    }

    /// Reads and checks a bundle.
    ///
    /// - Throws: where it is missing, damaged, or not the one that was added under this number.
    public func bundle(_ number: Int) throws(StoreError) -> ModelBundle {
        guard ModelFile.numbers.contains(number), hasBundle(number) else { throw unknown(number) }
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

    /// The records of all models that ever were, newest first. Damaged ones are left out.
    func records() throws(StoreError) -> [ModelRecord] {
        try files.names().compactMap(ModelFile.record.number).sorted(by: >).compactMap(record)
    }

    func record(_ number: Int) -> ModelRecord? {
        guard let bytes = try? files.read(ModelFile.record.name(number), atMost: 16 << 20),
            let record = StoreJSON.decode(ModelRecord.self, bytes), record.isSound(number)
        else { return nil }
        return record
    }

    func hasBundle(_ number: Int) -> Bool { files.stamp(ModelFile.bundle.name(number)) != nil }

    /// Where the link leads; nil where there is none.
    func currentNumber() throws(StoreError) -> Int? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(currentPath, &buffer, buffer.count)
        guard length >= 0 else {
            if errno == ENOENT { return nil }
            throw .system("Cannot read the link \(currentPath)")
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
