import Foundation
import RoadScenes
import Store
import Video
import WebServer

/// What people say of the frames that the gate has kept.
struct LabelAnswers {
    struct Saved: Encodable {
        var id: Int64
        var labeledBy: String
        /// The share of the pixels that the person gave a class, 0…1.
        var labeled: Double
    }

    /// Units: bytes, one a pixel; larger frames are labeled with a tool.
    private static let mostPixels = 2048 * 2048
    private static let longestName = 60

    let store: StoreAccess

    func add(to router: inout Router) {
        router.add("/api/spool/{id}/labels", mostBody: Self.mostPixels, [.get: labels, .put: save])
    }

    /// A byte a pixel, row by row: the class's index in the item's `class_names`, 255 for void; a person's where one has labeled it.
    private func labels(_ request: Request) throws(DashboardError) -> Response {
        let (item, human) = (try store.item(request), store.human)
        let bytes = try store.withSpool { _ throws(StoreError) in
            if let human, let image = try human.labels(of: item) { return Array(image.bytes) }
            return Array(try ImageFile.readGray(item.labelPath).bytes)
        }
        return .bytes(bytes, type: "application/octet-stream")
    }

    private func save(_ request: Request) throws(DashboardError) -> Response {
        guard let human = store.human else {
            throw DashboardError(
                .missing, "The configuration names no data set for what people label.", remedy: "Its key 'learn.human' would.")
        }
        let person = try Self.person(request)
        let item = try store.item(request)
        let labels = GrayImage(width: item.width, height: item.height)
        guard request.body.count == labels.bytes.count else {
            throw DashboardError(
                .invalid, "The body has \(request.body.count) bytes, the frame \(labels.bytes.count) pixels.",
                remedy: "Send a byte a pixel.")
        }
        if let wrong = request.body.first(where: { $0 != ClassSet.void && Int($0) >= item.classNames.count }) {
            throw DashboardError(
                .invalid, "\(wrong) is no class.", remedy: "There are 0 to \(item.classNames.count - 1), and 255 for void.")
        }
        for (index, value) in request.body.enumerated() { labels.bytes[index] = value }
        try store.withSpool { spool throws(StoreError) in
            try human.save(labels, of: item, in: spool, by: person)
            // What a person has labeled stays in the data set; in the queue it makes room.
            if item.isUnsure { try spool.setSeen(item.id) } else { try spool.setPinned(item.id, true) }
        }
        let known = request.body.count { $0 != ClassSet.void }
        return try .json(Saved(id: item.id, labeledBy: person, labeled: Double(known) / Double(request.body.count)))
    }

    private static func person(_ request: Request) throws(DashboardError) -> String {
        let name = (request.query["by"] ?? "").trimmingCharacters(in: .whitespaces)
        guard !name.isEmpty, name.count <= longestName, !name.unicodeScalars.contains(where: { $0.value < 32 }) else {
            throw DashboardError(
                .invalid, "It is not said who labeled it.", remedy: "Add '?by=' and a name of at most \(longestName) letters.")
        }
        return name
    }
}
