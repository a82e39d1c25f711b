import Files
import Foundation
import RoadScenes
import Video

extension Spool {
    /// Units: of JPEG, 1…100.
    private static let frameQuality = 95

    /// Keeps a frame, its labels and the frame before; evicts others where the limits ask for it. When this returns, the item is on the disk.
    ///
    /// - Throws: where the entry makes no sense, the disk is full or read-only, or everything that could be evicted is
    ///   pinned. Nothing is left behind then.
    @discardableResult public func add(_ entry: SpoolEntry) throws(StoreError) -> SpoolItem {
        let counts = try classPixels(of: entry)
        return try change { () throws(StoreError) in
            let id = try freeID()
            let pictures = try encoded(entry)
            let record = record(entry, counts, pictures, id)
            do throws(StoreError) {
                try writeTemporaries(pictures, record)
                try makeRoom(for: record)
                for (file, _) in pictures { try files.nameTemporary(file.name(id)) }
                // The record's name says that the pictures have theirs.
                try files.sync()
                try files.nameTemporary(SpoolFile.record.name(id))
                try files.sync()
                try put(record)
                return record.item(in: folder)
            } catch {
                takeBack(id)
                throw error
            }
        }
    }

    /// Brings an item to the disk under temporary names. Where others have filled the disk, frames have to go first for that.
    private func writeTemporaries(
        _ pictures: [(file: SpoolFile, bytes: [UInt8])], _ record: SpoolRecord
    ) throws(StoreError) {
        func write() throws(StoreError) {
            for (file, bytes) in pictures {
                try files.writeTemporary(bytes, file.name(record.id))
                try files.syncTemporary(file.name(record.id))
            }
            try files.writeTemporary(StoreJSON.encode(record), SpoolFile.record.name(record.id))
            try files.syncTemporary(SpoolFile.record.name(record.id))
        }
        do throws(StoreError) { try write() } catch {
            guard error.code == .noSpace, limits.freeBytes > 0 else { throw error }
            takeBack(record.id)
            guard try makeRoomOnFullDisk(for: record) else { throw error }
            try write()
        }
    }

    /// Pins an item, which keeps it from eviction, or unpins it.
    ///
    /// - Throws: where there is no such item, or the folder cannot be written to.
    public func setPinned(_ id: Int64, _ isPinned: Bool) throws(StoreError) {
        try amend(id) { $0.isPinned = isPinned }
    }

    /// Notes that a person has labeled a frame that waited for one: in a full queue it goes first.
    public func setSeen(_ id: Int64) throws(StoreError) {
        try amend(id) { if $0.unsureness != nil { $0.unsureness = 0 } }
    }

    private func amend(_ id: Int64, _ body: (inout SpoolRecord) -> Void) throws(StoreError) {
        try change { () throws(StoreError) in
            guard let before = SpoolReconciliation.record(id, in: files).value else { throw Self.unknown(id, folder) }
            var record = before
            body(&record)
            guard record != before else { return }
            try files.write(StoreJSON.encode(record), SpoolFile.record.name(id))
            try put(record)
        }
    }

    static func unknown(_ id: Int64, _ folder: String) -> StoreError {
        StoreError("There is no item \(id) in \(folder).", remedy: "'camber spool list' shows what there is.")
    }

    /// How many pixels each class has; void is not counted.
    private func classPixels(of entry: SpoolEntry) throws(StoreError) -> [Int] {
        let (frame, labels) = (entry.frame, entry.labels)
        guard frame.width == labels.width, frame.height == labels.height else {
            throw StoreError("A frame of \(frame.width)×\(frame.height) has labels of \(labels.width)×\(labels.height) pixels.")
        }
        if let before = entry.before, before.width != frame.width || before.height != frame.height {
            throw StoreError(
                "A frame of \(frame.width)×\(frame.height) comes after one of \(before.width)×\(before.height) pixels.")
        }
        guard
            max(frame.width, frame.height, entry.original?.width ?? 0, entry.original?.height ?? 0)
                <= SpoolRecord.sides.upperBound
        else {
            throw StoreError("A frame of \(frame.width)×\(frame.height) pixels is too large.")
        }
        guard (0...1).contains(entry.unsureness ?? 0), (0...1).contains(entry.threshold), (0...1).contains(entry.selectedRatio),
            entry.frameNumber >= 0
        else {
            throw StoreError(
                "A frame has number \(entry.frameNumber), threshold \(entry.threshold) and \(entry.selectedRatio) of it selected."
            )
        }
        var counts = [Int](repeating: 0, count: 256)
        for value in labels.bytes { counts[Int(value)] += 1 }
        if let index = (classes.count..<Int(ClassSet.void)).first(where: { counts[$0] > 0 }) {
            throw StoreError("A label is \(index), but there are \(classes.count) classes.")
        }
        return Array(counts[..<classes.count])
    }

    /// The next number. A process that was killed may have named an item without telling the index.
    private func freeID() throws(StoreError) -> Int64 {
        var id = try query(SpoolIndex.nextID)
        if SpoolRecord.ids.contains(id), try files.status(SpoolFile.record.name(id)) != nil {
            try reconcile()
            id = try query(SpoolIndex.nextID)
            // A damaged record has no row.
            while SpoolRecord.ids.contains(id), try files.status(SpoolFile.record.name(id)) != nil { id += 1 }
        }
        guard SpoolRecord.ids.contains(id) else {
            throw StoreError("The numbers of \(folder) are used up.", remedy: "Name another folder for the spool.")
        }
        return id
    }

    private func encoded(_ entry: SpoolEntry) throws(StoreError) -> [(file: SpoolFile, bytes: [UInt8])] {
        var pictures: [(SpoolFile, [UInt8])] = [
            (.frame, try ImageFile.jpeg(entry.frame, quality: Self.frameQuality)),
            (.label, try ImageFile.png(entry.labels, palette: classes.palette)),
        ]
        if let before = entry.before { pictures.append((.before, try ImageFile.jpeg(before, quality: Self.frameQuality))) }
        if let original = entry.original {
            pictures.append((.original, try ImageFile.jpeg(original, quality: Self.frameQuality)))
        }
        return pictures
    }

    private func record(
        _ entry: SpoolEntry, _ counts: [Int], _ pictures: [(file: SpoolFile, bytes: [UInt8])], _ id: Int64
    ) -> SpoolRecord {
        let written = Dictionary(uniqueKeysWithValues: pictures.map { ($0.file, $0.bytes) })
        let (frame, label, before) = (written[.frame] ?? [], written[.label] ?? [], written[.before])
        let original = written[.original].flatMap { bytes in
            entry.original.map {
                SpoolRecord.Original(
                    width: $0.width, height: $0.height, bytes: bytes.count, checksum: Checksum(bytes).description)
            }
        }
        return SpoolRecord(
            format: entry.unsureness == nil ? SpoolRecord.learnedFormat : SpoolRecord.format, id: id,
            time: (entry.time.timeIntervalSince1970 * 1000).rounded() / 1000, clock: entry.clock,
            source: entry.source, frameNumber: entry.frameNumber, model: entry.model, threshold: entry.threshold,
            selectedRatio: entry.selectedRatio,
            classNames: classes.names, classPixels: counts, width: entry.frame.width, height: entry.frame.height,
            frameBytes: frame.count, labelBytes: label.count,
            frameChecksum: Checksum(frame).description, labelChecksum: Checksum(label).description,
            beforeBytes: before?.count, beforeChecksum: before.map { Checksum($0).description },
            original: original, isPinned: false, unsureness: entry.unsureness, signature: Data(entry.signature))
    }

    private func put(_ record: SpoolRecord) throws(StoreError) {
        let stamp = try files.stamp(SpoolFile.record.name(record.id)) ?? ""
        try update { try SpoolIndex.put(record, stamp: stamp, in: $0) }
    }

    /// Removes what an item that could not be added has left. The record goes first, as always.
    private func takeBack(_ id: Int64) {
        for file in SpoolFile.allCases {
            for path in [files.path(file.name(id)), files.temporary(file.name(id))] where unlink(path) != 0 && errno != ENOENT {
                markBehind()
            }
        }
    }
}
