import Foundation
import WebServer

/// What the daemon is doing now, in figures and as a picture.
struct LiveAnswers {
    struct History: Encodable {
        /// Units: seconds between two points.
        var step: Double
        var points: [ReadingHistory.Point]
    }

    struct View: Encodable {
        struct Part: Encodable {
            var name: String
            var color: [UInt8]
            /// Of all pixels: 0…1.
            var share: Double
        }

        /// Grows with every frame taken.
        var frame: Int
        var classes: [Part]
    }

    /// The number of the picture that comes with it.
    private static let frameHeader = "X-Camber-Frame"

    let daemon: any DashboardDaemon
    let pictures: LivePicture
    let history: ReadingHistory

    func add(to router: inout Router) {
        router.add("/api/status", [.get: { _ in .bytes(daemon.status().json, type: "application/json") }])
        router.add(
            "/api/history",
            [.get: { _ throws(DashboardError) in try .json(History(step: ReadingHistory.step, points: history.all)) }])
        router.add("/api/view", [.get: view])
        router.add("/api/live.jpg", [.get: picture])
        router.add("/api/learn", [.post: learn])
    }

    private func view(_: Request) throws(DashboardError) -> Response {
        let sight = try pictures.sight()
        let parts = zip(sight.classes.members, sight.shares).map { View.Part(name: $0.name, color: $0.color, share: $1) }
        return try .json(View(frame: sight.number, classes: parts))
    }

    private func picture(_ request: Request) throws(DashboardError) -> Response {
        let word = try request.word("view", of: PictureView.allCases.map(\.rawValue))
        let after = try request.number("after", in: 0...Int(Int32.max), standard: 0)
        let picture = try pictures.next(word.flatMap(PictureView.init(rawValue:)) ?? .overlay, after: after)
        var response = Response.bytes(picture.jpeg, type: "image/jpeg")
        response.headers[Self.frameHeader] = String(picture.number)
        return response
    }

    private func learn(_: Request) throws(DashboardError) -> Response {
        try daemon.learn()
        return try .json(["state": "started"], status: .accepted)
    }
}
