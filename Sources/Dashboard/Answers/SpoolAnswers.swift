import Foundation
import Hummingbird
import Overlay
import RoadScenes
import Store
import Video

/// The frames that the gate has kept.
struct SpoolAnswers {
    struct List: Encodable {
        var summary: SpoolSummary
        var items: [Item]
        /// Whether there are older ones.
        var hasMore: Bool
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

        init(_ item: SpoolItem) {
            (id, time, clock, source) = (item.id, item.time, item.clock, item.source)
            (frame, model) = (item.frameNumber, item.model)
            (threshold, selected, classes) = (item.threshold, item.selectedRatio, item.classShares)
            (width, height, bytes, pinned) = (item.width, item.height, item.bytes, item.isPinned)
        }
    }

    /// Units: bytes; larger files are none of the spool's.
    private static let largestFile = 64 << 20

    let daemon: any DashboardDaemon
    let store: StoreAccess

    func register(_ router: Router<PageContext>) {
        router.resource("/api/spool", [.get: { request, _ in try await list(request) }])
        router.resource(
            "/api/spool/{id}",
            [
                .get: { _, context in try await .json(Item(item(context.number("id")))) },
                .delete: { _, context in try await delete(context.number("id")) },
            ])
        router.resource(
            "/api/spool/{id}/pin",
            [
                .put: { _, context in try await pin(context.number("id"), true) },
                .delete: { _, context in try await pin(context.number("id"), false) },
            ])
        router.resource(
            "/api/spool/{id}/frame.jpg",
            [.get: { _, context in try await file(context.number("id"), \.framePath, type: "image/jpeg") }])
        router.resource(
            "/api/spool/{id}/label.png",
            [.get: { _, context in try await file(context.number("id"), \.labelPath, type: "image/png") }])
        router.resource(
            "/api/spool/{id}/overlay.jpg", [.get: { _, context in try await overlay(context.number("id")) }])
    }

    private func list(_ request: Request) async throws -> Response {
        let limit = try request.number("limit", in: 1...200, standard: 24)
        let before = try request.number("before", in: 1...Int.max, standard: Int.max)
        let pinned = try request.word("pinned", of: ["true", "false"]).map { $0 == "true" }
        let name = request.uri.queryParameters["class"].map(String.init)
        let list = try await store.withSpool { spool throws(StoreError) in
            let wanted = try spool.items().lazy.filter { item in
                item.id < before && (pinned ?? item.isPinned) == item.isPinned
                    && (name.map { item.classShares[$0] ?? 0 >= PseudoLabel.heldShare } ?? true)
            }.prefix(limit + 1)
            let found = Array(wanted)
            return List(summary: try spool.summary(), items: found.prefix(limit).map(Item.init), hasMore: found.count > limit)
        }
        return try .json(list)
    }

    private func item(_ id: Int) async throws(DashboardError) -> SpoolItem {
        let item = try await store.withSpool { spool throws(StoreError) in try spool.item(Int64(id)) }
        guard let item else { throw Self.missing(id) }
        return item
    }

    /// The path comes from the spool's own record, never from the request.
    private func file(_ id: Int, _ path: KeyPath<SpoolItem, String> & Sendable, type: String) async throws -> Response {
        let bytes = try await store.withSpool { spool throws(StoreError) -> Data? in
            guard let item = try spool.item(Int64(id)) else { return nil }
            return Data(try StoreFile.read(item[keyPath: path], atMost: Self.largestFile))
        }
        guard let bytes else { throw Self.missing(id) }
        return Self.lasting(.bytes(bytes, type: type))
    }

    private func overlay(_ id: Int) async throws -> Response {
        let colors = Dictionary(daemon.classes.members.map { ($0.name, $0.color) }, uniquingKeysWith: { first, _ in first })
        let picture = try await store.withSpool { spool throws(StoreError) -> Result<[UInt8], VideoError>? in
            guard let item = try spool.item(Int64(id)) else { return nil }
            return Result { () throws(VideoError) in try Self.paint(item, colors) }
        }
        guard let picture else { throw Self.missing(id) }
        switch picture {
        case .success(let jpeg): return Self.lasting(.bytes(jpeg, type: "image/jpeg"))
        case .failure(let error):
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

    private func pin(_ id: Int, _ isPinned: Bool) async throws -> Response {
        _ = try await item(id)
        try await store.withSpool { spool throws(StoreError) in try spool.setPinned(Int64(id), isPinned) }
        return try await .json(Item(item(id)))
    }

    private func delete(_ id: Int) async throws -> Response {
        _ = try await item(id)
        try await store.withSpool { spool throws(StoreError) in try spool.delete(Int64(id)) }
        return Response(status: .noContent)
    }

    /// An item's pictures never change.
    private static func lasting(_ response: Response) -> Response {
        var response = response
        response.headers[.cacheControl] = "private, max-age=86400, immutable"
        return response
    }

    private static func missing(_ id: Int) -> DashboardError {
        DashboardError(.missing, "There is no item \(id) in the spool.", remedy: "It may have been deleted or evicted.")
    }
}
