import Files
import Foundation
import RoadScenes
import Video

/// The data set of what people labeled: `camber labels import` and the page write it, the learner reads it.
///
/// It is a `folder:` data set whose `origins.json` says where each frame was taken, and who labeled it when. Nothing in it is ever lost: labels
/// that are replaced go to `replaced/`.
public struct HumanDataset: Sendable {
    let folder: StoreFolder
    let images: StoreFolder
    let labels: StoreFolder

    public init(_ path: String) {
        func part(_ name: String) -> StoreFolder {
            StoreFolder(path: URL(fileURLWithPath: path).path + name, surroundings: StoreSurroundings(), mode: 0o640)
        }
        (folder, images, labels) = (part(""), part("/images"), part("/labels"))
    }

    private var classList: String { folder.path(ClassSet.fileName) }

    /// Makes it where it is missing, with these classes where it has none yet.
    func prepare(_ classes: ClassSet) throws(StoreError) {
        for each in [folder, images, labels] { try each.create() }
        if try folder.status(ClassSet.fileName) == nil { try classes.write(to: classList) }
    }

    /// Nobody else writes to it meanwhile.
    func locked<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        let lock = try FileLock(folder.path(".lock"), patience: folder.surroundings.patience)
        defer { lock.release() }
        return try body()
    }

    func write(_ origins: [String: FrameOrigin]) throws(StoreError) {
        try folder.write(StoreJSON.encode(origins), FrameOrigin.file)
    }

    /// Where its frames were taken, by their names.
    func origins() throws(StoreError) -> [String: FrameOrigin] { try FrameOrigin.read(folder.path) }

    /// Who labeled frames of a spool, by the items' names.
    public func people() throws(StoreError) -> [String: String] { try origins().compactMapValues(\.labeledBy) }

    /// Removes frames with all labels that they ever had, then, after `between`, where they came from. Nobody labels meanwhile.
    func remove(_ gone: Set<String>, between: () throws(StoreError) -> Void) throws(StoreError) {
        // Nobody has labeled anything yet.
        guard try folder.status(".") != nil else { return try between() }
        try locked { () throws(StoreError) in
            let replaced = StoreFolder(path: folder.path("replaced"), surroundings: folder.surroundings, mode: folder.mode)
            // Before anything goes: by them the next call finds what this one has left.
            let origins = try origins()
            func remove(from part: StoreFolder, _ name: (String) -> String) throws(StoreError) {
                let files = try part.names()
                if files.isEmpty { return }
                try part.removeTemporaries()
                for file in files where gone.contains(name(String(file.prefix { $0 != "." }))) {
                    try part.remove(file)
                }
                try part.sync()
            }
            // A label without a picture is refused, a picture without a label is learned from by nobody.
            try remove(from: labels) { $0 }
            // Behind the time at which they were replaced.
            try remove(from: replaced) { String($0.drop { $0 != "-" }.dropFirst()) }
            try remove(from: images) { $0 }
            try between()
            if origins.keys.contains(where: gone.contains) { try write(origins.filter { !gone.contains($0.key) }) }
        }
    }

    /// What a person has labeled of an item, with the item's own indices; nil where nobody has.
    ///
    /// Shape: height × width.
    public func labels(of item: SpoolItem) throws(StoreError) -> GrayImage? {
        guard try labels.status("\(item.exchangeName).png") != nil else { return nil }
        let classes = try ClassSet(contentsOf: classList)
        let image = try Dataset.labels(inFile: labels.path("\(item.exchangeName).png"), classes)
        image.renumber(ClassSet.renumbering(from: classes.names, to: item.classNames))
        return NearestScale.scaled(image, width: item.width, height: item.height)
    }

    /// Keeps what a person says of an item of a spool.
    ///
    /// - Parameters:
    ///   - labels: the item's own class indices, void where the person does not know. Shape: that of the item's labels; they are brought
    ///     to that of the picture that is kept.
    /// - Throws: where sizes differ, the data set lacks a class, or its disk does not take it.
    public func save(
        _ labels: GrayImage, of item: SpoolItem, in spool: Spool, by person: String, at time: Date = Date()
    ) throws(StoreError) {
        guard labels.width == item.width, labels.height == item.height else {
            throw StoreError(
                "The labels have \(labels.width)×\(labels.height) pixels, the frame \(item.width)×\(item.height).",
                code: .invalid)
        }
        try prepare(SpoolExport.classes(of: [item]))
        try locked { () throws(StoreError) in
            var origins = try origins()
            let classes = try ClassSet(contentsOf: classList)
            labels.renumber(try indices(of: item.classNames, in: classes, labels))
            let name = item.exchangeName
            let hasLabels = try self.labels.status("\(name).png") != nil
            let before = hasLabels ? try Dataset.labels(inFile: self.labels.path("\(name).png"), classes) : nil
            let (width, height) = if let before { (before.width, before.height) } else { try pictureSize(of: item) }
            let large = NearestScale.scaled(labels, width: width, height: height)
            if let before { Self.keepFineLabels(of: before, in: large, drawn: labels) }
            let encoded = try ImageFile.png(large, palette: classes.palette)
            if try images.status("\(name).jpg") == nil {
                try images.write(spool.files.read(URL(fileURLWithPath: item.largestPath).lastPathComponent), "\(name).jpg")
            }
            try replace("\(name).png", encoded, time)
            // When a frame was labeled first decides whether it is learned from or judges; that must not change.
            let first = origins[name]?.labeledAt ?? time
            origins[name] = FrameOrigin(
                source: item.source, frame: item.frameNumber, time: item.time, model: item.model, labeledBy: person,
                labeledAt: first,
                clock: item.clock)
            try write(origins)
        }
    }

    /// Labels that were drawn on the large picture stay where a person who sees them smaller has changed nothing.
    private static func keepFineLabels(of before: GrayImage, in large: GrayImage, drawn: GrayImage) {
        guard large.width > drawn.width else { return }
        let shown = NearestScale.scaled(before, width: drawn.width, height: drawn.height)
        let unchanged = GrayImage(width: drawn.width, height: drawn.height)
        for index in drawn.bytes.indices { unchanged.bytes[index] = drawn.bytes[index] == shown.bytes[index] ? 1 : 0 }
        let isKept = NearestScale.scaled(unchanged, width: large.width, height: large.height)
        for index in large.bytes.indices where isKept.bytes[index] == 1 { large.bytes[index] = before.bytes[index] }
    }

    /// Of the picture that the data set has or will have: a kill may have left one without labels, an older version the smaller one.
    private func pictureSize(of item: SpoolItem) throws(StoreError) -> (width: Int, height: Int) {
        guard try images.status("\(item.exchangeName).jpg") != nil else { return item.largestSize }
        let picture = try ImageFile.readRGB(images.path("\(item.exchangeName).jpg"))
        return (picture.width, picture.height)
    }

    /// The item's indices in the data set's.
    private func indices(of names: [String], in classes: ClassSet, _ labels: GrayImage) throws(StoreError) -> [UInt8] {
        let (used, map) = (Set(labels.bytes), ClassSet.renumbering(from: names, to: classes.names))
        if let missing = names.indices.first(where: { used.contains(UInt8($0)) && map[$0] == ClassSet.void }) {
            throw StoreError(
                "\(folder.path) does not know the class '\(names[missing])'.",
                remedy: "It has \(classes.names.joined(separator: ", ")).",
                code: .conflict)
        }
        return map
    }

    /// Writes labels; other ones that stand there go to `replaced/`.
    func replace(_ name: String, _ bytes: [UInt8], _ time: Date) throws(StoreError) {
        if try labels.status(name) != nil {
            let before = try labels.read(name)
            if before == bytes { return }
            let replaced = StoreFolder(path: folder.path("replaced"), surroundings: folder.surroundings, mode: folder.mode)
            try replaced.create()
            try replaced.write(before, "\(Int(time.timeIntervalSince1970 * 1000))-\(name)")
        }
        try labels.write(bytes, name)
    }
}

extension SpoolItem {
    /// The name of its frame in data sets and labeling tools: the same for the same frame of the same spool; another spool's frames have
    /// others.
    public var exchangeName: String {
        let digits = String(id)
        return "\(String(repeating: "0", count: max(8 - digits.count, 0)) + digits)-\(frameChecksum.prefix(8))"
    }
}
