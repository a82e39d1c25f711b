import Foundation
import WebServer

/// The kinds of answers there are.
extension Response {
    private struct Problem: Encodable {
        var problem: String
        var remedy: String
    }

    static func bytes(_ bytes: some Sequence<UInt8>, type: String, status: Status = .ok) -> Response {
        Response(status, headers: ["Content-Type": type], body: Array(bytes))
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8", status: Status = .ok) -> Response {
        bytes(text.utf8, type: type, status: status)
    }

    /// Keys with underscores, times as 2026-01-31T12:00:00Z.
    ///
    /// - Throws: for a number that JSON does not have.
    static func json(_ value: some Encodable, status: Status = .ok) throws(DashboardError) -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return bytes(try encoder.encode(value), type: "application/json", status: status) } catch {
            throw DashboardError("The answer cannot be written as JSON: \(error).", cause: error)
        }
    }

    static func problem(_ status: Status, _ problem: String, remedy: String = "") -> Response {
        var response: Response
        do { response = try json(Problem(problem: problem, remedy: remedy), status: status) } catch {
            preconditionFailure("two strings that cannot be written")
        }
        if status == .unauthorized { response.headers["WWW-Authenticate"] = "Bearer" }
        return response
    }
}
