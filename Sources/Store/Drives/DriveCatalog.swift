import Foundation

/// A drive of which frames or labels are kept, or from which a model learned.
public struct Drive: Sendable, Equatable, Codable {
    public let name: String
    /// Recordings and cameras of this name: more than one where they share it.
    public let sources: [String]
    /// Frames in the spool, those that wait for a person among them.
    public let frames: Int
    public let pinned: Int
    /// Frames that people labeled.
    public let labeled: Int
    /// Units: bytes in the spool.
    public let bytes: Int
    /// Nil where nothing is kept any more.
    public let first: Date?
    public let last: Date?
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

    /// All drives of which something is kept, the latest first.
    public func drives() throws(StoreError) -> [Drive] {
        let (items, origins, descents) = (try items(), try labeled(), try registry?.descents() ?? [])
        return Set(items.keys).union(origins.keys).map { Self.drive($0, items[$0] ?? [], origins[$0] ?? [:], descents) }
            .sorted { ($0.last ?? .distantPast, $0.name) > ($1.last ?? .distantPast, $1.name) }
    }

    /// Nil where nothing is kept of a drive of that name, and no model learned from one.
    public func drive(_ name: String) throws(StoreError) -> Drive? {
        let drive = Self.drive(name, try items()[name] ?? [], try labeled()[name] ?? [:], try registry?.descents() ?? [])
        return drive.frames + drive.labeled + drive.models.count == 0 ? nil : drive
    }

    /// Takes away all that is kept of a drive: its frames, pinned or not, and what people labeled of it. Models that learned from it are
    /// not chosen again by themselves; the current one stays current.
    ///
    /// A call that was cut short is finished by the next one.
    ///
    /// - Throws: where something cannot be removed.
    public func withdraw(_ drive: Drive) throws(StoreError) {
        let items = try items()[drive.name] ?? []
        // A kill may have kept an origin from being noted.
        let names = Set(items.map(\.exchangeName)).union((try labeled()[drive.name] ?? [:]).keys)
        if let registry {
            let current = try registry.current()?.number
            for number in drive.models where number != current { try registry.reject(number, reason: Self.reason(drive)) }
        }
        func deleteItems() throws(StoreError) {
            for item in items { try spool.delete(item.id) }
        }
        guard let human else { return try deleteItems() }
        // The origins last: by them the next call finds what this one has left.
        try human.remove(names, between: deleteItems)
    }

    /// Makes the last model current that did not learn from a drive.
    ///
    /// - Returns: its number; nil where the current one did not either.
    /// - Throws: where there is none. Nothing is changed then.
    public func goBack(before drive: Drive) throws(StoreError) -> Int? {
        guard let registry, let current = try registry.current()?.number, drive.models.contains(current) else { return nil }
        let number = try registry.lastCurrent(without: Set(drive.models))
        try registry.promote(number, reason: "model \(current) is taken back: \(Self.reason(drive))")
        try registry.reject(current, reason: Self.reason(drive))
        return number
    }

    private static func reason(_ drive: Drive) -> String { "it learned from the drive '\(drive.name)', which was withdrawn" }

    private func items() throws(StoreError) -> [String: [SpoolItem]] {
        Dictionary(grouping: try spool.items()) { DriveName.of($0) }
    }

    private func labeled() throws(StoreError) -> [String: [String: FrameOrigin]] {
        Dictionary(grouping: try human?.origins() ?? [:]) { DriveName.of($1) }
            .mapValues { Dictionary(uniqueKeysWithValues: $0.map { ($0.key, $0.value) }) }
    }

    private static func drive(
        _ name: String, _ items: [SpoolItem], _ origins: [String: FrameOrigin], _ descents: [ModelDescent]
    ) -> Drive {
        let times = items.map(\.time) + origins.values.map(\.time)
        let pictures = Set(origins.keys).union(items.map(\.exchangeName))
        return Drive(
            name: name, sources: Set(items.map(\.source) + origins.values.map(\.source)).sorted(), frames: items.count,
            pinned: items.count(where: \.isPinned), labeled: origins.count, bytes: items.reduce(0) { $0 + $1.bytes },
            first: times.min(), last: times.max(),
            models: descents.numbers { text in
                LearnedFrame(text)?.mayBe(of: name) ?? pictures.contains(text.split(separator: "/").last.map(String.init) ?? text)
            })
    }
}
