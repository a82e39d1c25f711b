import Errors
import HTTPTypes
import Hummingbird
import NIOCore

/// Stands before everything: refuses what the rules refuse, bounds bodies and time, and answers errors in words.
struct RequestGuard: RouterMiddleware {
    typealias Context = PageContext

    /// Request and answer together; then the connection goes.
    static let timeLimit = TimeAmount.seconds(30)

    let rules: AccessRules

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let channel = context.channel
        let deadline = channel.eventLoop.scheduleTask(in: Self.timeLimit) { channel.close(promise: nil) }
        var response: Response
        if let refusal = rules.refusal(request.head, path: request.uri.path) {
            response = .problem(refusal.status, refusal.problem, remedy: refusal.remedy)
        } else if Self.hasBody(request) {
            response = .problem(.contentTooLarge, "Nothing here takes a body.", remedy: "Send the request without one.")
        } else {
            response = try await answer(request, context, next)
        }
        // Whoever sends a body that nobody wants is not listened to until its end.
        if Self.hasBody(request) { channel.eventLoop.scheduleTask(in: .milliseconds(500)) { channel.close(promise: nil) } }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = response.headers[.cacheControl] ?? "no-store"
        response.headers[HTTPField.Name("Cross-Origin-Resource-Policy")!] = "same-origin"
        response.headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            defer { deadline.cancel() }
            try await body.write(writer)
        }
        return response
    }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as DashboardError {
            return .problem(error.code.status, error.problem, remedy: error.remedy)
        } catch let error as HTTPError where error.status == .notFound {
            return .problem(.notFound, "There is no such page.", remedy: "/api/openapi.yaml lists what there is.")
        }
    }

    private static func hasBody(_ request: Request) -> Bool {
        if request.headers[.transferEncoding] != nil { return true }
        return request.headers[.contentLength].map { $0 != "0" } ?? false
    }
}

extension ErrorCode {
    var status: HTTPResponse.Status {
        switch self {
        case .invalid: .badRequest
        case .missing: .notFound
        case .refused: .serviceUnavailable
        case .conflict: .conflict
        default: .internalServerError
        }
    }
}
