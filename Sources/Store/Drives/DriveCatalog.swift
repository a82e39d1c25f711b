import Foundation

/// A drive of which frames or labels are kept.
public struct Drive: Sendable, Equatable, Codable {
    public let name: String
    public let source: String
    /// Frames in the spool, those that wait for a person among them.
    public let frames: Int
    public let pinned: Int
    /// Frames that people labeled.
    public let labeled: Int
    /// Units: bytes in the spool.
    public let bytes: Int
    public let first: Date
    public let last: Date
    /// The registry's numbers of the models that learned from it, by themselves or by the model that they were trained from.
    public let models: [Int]
}

/// Where the frames that models learned from come from, and how all of one drive goes.
public struct DriveCatalog: Sendable {
    private let spool: Spool
    private let human: HumanDataset?
    private let registry: ModelRegistry?

    /// - Parameters:
    ///   - human: what people labeled; nil where nobody does.
    ///   - registry: nil where nothing is learned.
    public init(spool: Spool, human: HumanDataset?, registry: ModelRegistry?) {
        (self.spool, self.human, self.registry) = (spool, human, registry)
    }

    /// Whether a frame is of a drive, as lineages and the history of cycles call it.
    public static func isFrame(_ text: String, of drive: Drive) -> Bool { LearnedFrame(text)?.mayBe(of: drive.name) ?? false }

    /// All drives, the latest first.
    public func drives() throws(StoreError) -> [Drive] {
        let (items, origins) = (try items(), labeled())
        var drives: [Drive] = []
        for name in Set(items.keys).union(origins.keys) {
            drives.append(try drive(name, items[name] ?? [], origins[name] ?? [:]))
        }
        return drives.sorted { ($0.last, $0.name) > ($1.last, $1.name) }
    }

    /// Nil where nothing is kept of a drive of that name.
    public func drive(_ name: String) throws(StoreError) -> Drive? {
        let (items, origins) = (try items()[name] ?? [], labeled()[name] ?? [:])
        return items.isEmpty && origins.isEmpty ? nil : try drive(name, items, origins)
    }

    /// Takes away all that is kept of a drive: its frames, pinned or not, and what people labeled of it. Models that learned from it are
    /// not chosen again by themselves; the current one stays current.
    ///
    /// A call that was cut short is finished by the next one.
    ///
    /// - Throws: where something cannot be removed.
    public func withdraw(_ drive: Drive) throws(StoreError) {
        let names = labeled()[drive.name].map { Array($0.keys) } ?? []
        let ids = try items()[drive.name].map { $0.map(\.id) } ?? []
        if let registry {
            let current = try registry.current()?.number
            for number in drive.models where number != current {
                try registry.reject(number, reason: "it learned from the drive '\(drive.name)', which was withdrawn")
            }
        }
        // The origins last: by them the next call finds what this one has left.
        try human?.remove(names)
        for id in ids { try spool.delete(id) }
        try human?.forget(names)
    }

    /// Makes the last model current that did not learn from a drive.
    ///
    /// - Returns: its number; nil where the current one did not either.
    /// - Throws: where there is none.
    public func goBack(before drive: Drive) throws(StoreError) -> Int? {
        guard let registry, let current = try registry.current()?.number, drive.models.contains(current) else { return nil }
        let number = try registry.lastCurrent(without: Set(drive.models))
        let reason = "it learned from the drive '\(drive.name)', which was withdrawn"
        try registry.promote(number, reason: "model \(current) is taken back: \(reason)")
        try registry.reject(current, reason: reason)
        return number
    }

    private func items() throws(StoreError) -> [String: [SpoolItem]] {
        Dictionary(grouping: try spool.items()) { DriveName.of($0) }
    }

    private func labeled() -> [String: [String: FrameOrigin]] {
        Dictionary(grouping: human?.origins() ?? [:]) { DriveName.of($1) }
            .mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) }) }
    }

    private func drive(
        _ name: String, _ items: [SpoolItem], _ origins: [String: FrameOrigin]
    ) throws(StoreError) -> Drive {
        let times = items.map(\.time) + origins.values.map(\.time)
        let pictures = Set(origins.keys).union(items.map(\.exchangeName))
        let models = try registry?.models { text in
            LearnedFrame(text)?.mayBe(of: name) ?? pictures.contains(text.split(separator: "/").last.map(String.init) ?? text)
        }
        return Drive(
            name: name, source: items.first?.source ?? origins.values.first?.source ?? "", frames: items.count,
            pinned: items.count(where: \.isPinned), labeled: origins.count, bytes: items.reduce(0) { $0 + $1.bytes },
            first: times.min() ?? .distantPast, last: times.max() ?? .distantPast, models: models ?? [])
    }
}
