import Foundation
import HTTPTypes
import Hummingbird

/// The kinds of answers there are.
extension Response {
    private struct Problem: Encodable {
        var problem: String
        var remedy: String
    }

    static func bytes(_ bytes: some Sequence<UInt8>, type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok) -> Response {
        bytes(text.utf8, type: type, status: status)
    }

    /// Keys with underscores, times as 2026-01-31T12:00:00Z.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return bytes(try encoder.encode(value), type: "application/json", status: status)
    }

    static func problem(_ status: HTTPResponse.Status, _ problem: String, remedy: String = "") -> Response {
        var response: Response
        do { response = try json(Problem(problem: problem, remedy: remedy), status: status) } catch {
            preconditionFailure("two strings that cannot be written")
        }
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
