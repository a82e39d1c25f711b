import Foundation
import Overlay
import RoadScenes
import Store
import Video
import WebServer

/// The frames that the gate has kept.
struct SpoolAnswers {
    struct List: Encodable {
        var summary: SpoolSummary
        var items: [Item]
        /// Whether there are older ones.
        var hasMore: Bool
        /// Whether what people label can be saved.
        var canLabel: Bool
    }

    struct Item: Encodable {
        var id: Int64
        var time: Date
        /// What speaks against that time.
        var clock: ClockDoubt?
        var source: String
        var frame: Int
        var model: String
        var threshold: Double
        var selected: Double
        /// Share of all pixels by class name: 0…1.
        var classes: [String: Double]
        var width: Int
        var height: Int
        var bytes: Int
        var pinned: Bool
        /// How much a person could add, 0…1; left out where it is learned from.
        var unsureness: Double?
        /// What the bytes of its labels mean.
        var classNames: [String]
        /// The person who labeled it; left out where nobody has.
        var labeledBy: String?

        init(_ item: SpoolItem, people: [String: String]) {
            (classNames, labeledBy) = (item.classNames, people[item.exchangeName])
            (id, time, clock, source) = (item.id, item.time, item.clock, item.source)
            (frame, model) = (item.frameNumber, item.model)
            (threshold, selected, classes) = (item.threshold, item.selectedRatio, item.classShares)
            unsureness = item.unsureness
            (width, height, bytes, pinned) = (item.width, item.height, item.bytes, item.isPinned)
        }
    }

    /// Units: bytes; larger files are none of the spool's.
    private static let largestFile = 64 << 20

    let daemon: any DashboardDaemon
    let store: StoreAccess

    func add(to router: inout Router) {
        router.add("/api/spool", [.get: list])
        router.add(
            "/api/spool/{id}",
            [.get: { request throws(DashboardError) in try .json(Item(store.item(request), people: people)) }, .delete: delete])
        router.add(
            "/api/spool/{id}/pin",
            [
                .put: { request throws(DashboardError) in try pin(request, true) },
                .delete: { request throws(DashboardError) in try pin(request, false) },
            ])
        router.add(
            "/api/spool/{id}/frame.jpg",
            [.get: { request throws(DashboardError) in try file(request, \.framePath, type: "image/jpeg") }])
        router.add(
            "/api/spool/{id}/label.png",
            [.get: { request throws(DashboardError) in try file(request, \.labelPath, type: "image/png") }])
        router.add("/api/spool/{id}/overlay.jpg", [.get: overlay])
    }

    /// Who labeled which items, by their names in the data set. What is damaged there is told to who labels; it keeps no frame from being
    /// shown.
    private var people: [String: String] { (try? store.human?.people()) ?? [:] }

    private func list(_ request: Request) throws(DashboardError) -> Response {
        let limit = try request.number("limit", in: 1...200, standard: 24)
        let before = try request.number("before", in: 1...Int.max, standard: Int.max)
        let pinned = try request.word("pinned", of: ["true", "false"]).map { $0 == "true" }
        let unsure = try request.word("unsure", of: ["true", "false"]).map { $0 == "true" }
        let name = request.query["class"]
        let people = people
        let list = try store.withSpool { spool throws(StoreError) in
            let wanted = try spool.items().lazy.filter { item in
                item.id < before && (pinned ?? item.isPinned) == item.isPinned && (unsure ?? item.isUnsure) == item.isUnsure
                    && (name.map { item.classShares[$0] ?? 0 >= PseudoLabel.heldShare } ?? true)
            }.prefix(limit + 1)
            let found = Array(wanted)
            return List(
                summary: try spool.summary(), items: found.prefix(limit).map { Item($0, people: people) },
                hasMore: found.count > limit,
                canLabel: store.human != nil)
        }
        return try .json(list)
    }

    /// The path comes from the spool's own record, never from the request.
    private func file(
        _ request: Request, _ path: KeyPath<SpoolItem, String> & Sendable, type: String
    ) throws(DashboardError) -> Response {
        let item = try store.item(request)
        let bytes = try store.withSpool { _ throws(StoreError) in
            try StoreFile.read(item[keyPath: path], atMost: Self.largestFile)
        }
        return Self.lasting(.bytes(bytes, type: type))
    }

    private func overlay(_ request: Request) throws(DashboardError) -> Response {
        let item = try store.item(request)
        let colors = Dictionary(daemon.classes.members.map { ($0.name, $0.color) }, uniquingKeysWith: { first, _ in first })
        do throws(StoreError) {
            // One at a time: pictures take memory.
            let jpeg = try store.withSpool { _ throws(StoreError) in try Self.paint(item, colors) }
            return Self.lasting(.bytes(jpeg, type: "image/jpeg"))
        } catch {
            throw DashboardError(.failed, error.problem, remedy: "'camber spool verify' finds damaged items.")
        }
    }

    private static func paint(_ item: SpoolItem, _ colors: [String: [UInt8]]) throws(VideoError) -> [UInt8] {
        for path in [item.framePath, item.labelPath] where !StoreFile.isRegular(path) {
            throw VideoError("\(path) is no file.")
        }
        let (frame, labels) = (try ImageFile.readRGB(item.framePath), try ImageFile.readGray(item.labelPath))
        guard frame.width == labels.width, frame.height == labels.height else {
            throw VideoError("Frame and label of item \(item.id) have different sizes.")
        }
        var palette = [UInt8](repeating: 0, count: 768)
        for (index, name) in item.classNames.enumerated().prefix(Int(ClassSet.void)) {
            palette.replaceSubrange(index * 3..<index * 3 + 3, with: colors[name] ?? [128, 128, 128])
        }
        return try ImageFile.jpeg(ClassTints(palette: palette).lay(labels, over: frame), quality: 85)
    }

    private func pin(_ request: Request, _ isPinned: Bool) throws(DashboardError) -> Response {
        let id = try store.item(request).id
        try store.withSpool { spool throws(StoreError) in try spool.setPinned(id, isPinned) }
        return try .json(Item(store.item(request), people: people))
    }

    private func delete(_ request: Request) throws(DashboardError) -> Response {
        let id = try store.item(request).id
        try store.withSpool { spool throws(StoreError) in try spool.delete(id) }
        return Response(.noContent)
    }

    /// An item's pictures never change. Another spool has others under its number: the page names the item's time besides.
    private static func lasting(_ response: Response) -> Response {
        var response = response
        response.headers["Cache-Control"] = "private, max-age=86400, immutable"
        return response
    }
}
