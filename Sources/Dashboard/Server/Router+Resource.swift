import HTTPTypes
import Hummingbird

extension Router where Context == PageContext {
    typealias Handler = @Sendable (Request, PageContext) async throws -> Response

    /// A path with the methods that it has; every other one is answered with those.
    func resource(_ path: RouterPath, _ handlers: [HTTPRequest.Method: Handler]) {
        let allowed = (handlers.keys.map(\.rawValue) + (handlers[.get] == nil ? [] : ["HEAD"])).sorted().joined(separator: ", ")
        for (method, handler) in handlers { on(path, method: method, use: handler) }
        let all: [HTTPRequest.Method] = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .connect, .init("QUERY")!]
        for method in all where handlers[method] == nil && !(method == .head && handlers[.get] != nil) {
            on(path, method: method) { _, _ in
                var response = Response.problem(.methodNotAllowed, "This is only for \(allowed).")
                response.headers[.allow] = allowed
                return response
            }
        }
    }
}
