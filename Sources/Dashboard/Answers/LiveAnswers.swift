import Foundation
import HTTPTypes
import Hummingbird

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
    private static let frameHeader = HTTPField.Name("X-Camber-Frame")!

    let daemon: any DashboardDaemon
    let pictures: LivePicture
    let history: ReadingHistory

    func register(_ router: Router<PageContext>) {
        router.resource("/api/status", [.get: { _, _ in .bytes(daemon.status(), type: "application/json") }])
        router.resource(
            "/api/history", [.get: { _, _ in try .json(History(step: ReadingHistory.step, points: history.all)) }])
        router.resource("/api/view", [.get: { _, _ in try await view() }])
        router.resource("/api/live.jpg", [.get: { request, _ in try await picture(request) }])
        router.resource("/api/learn", [.post: { _, _ in try learn() }])
    }

    private func view() async throws -> Response {
        let sight = try await pictures.sight()
        let parts = zip(sight.classes.members, sight.shares).map { View.Part(name: $0.name, color: $0.color, share: $1) }
        return try .json(View(frame: sight.number, classes: parts))
    }

    private func picture(_ request: Request) async throws -> Response {
        let word = try request.word("view", of: PictureView.allCases.map(\.rawValue))
        let after = try request.number("after", in: 0...Int(Int32.max), standard: 0)
        let picture = try await pictures.next(word.flatMap(PictureView.init(rawValue:)) ?? .overlay, after: after)
        var response = Response.bytes(picture.jpeg, type: "image/jpeg")
        response.headers[Self.frameHeader] = String(picture.number)
        return response
    }

    private func learn() throws -> Response {
        try daemon.learn()
        return try .json(["state": "started"], status: .accepted)
    }
}
