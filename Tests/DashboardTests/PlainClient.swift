import Foundation
import TestSupport

/// Speaks HTTP over a socket, letter by letter as it is told.
enum PlainClient {
    struct Answer: Sendable {
        var status: Int
        /// Names in small letters.
        var headers: [String: String]
        var body: Data
        /// From the connection to the server's close; how long the test then waits for its turn is not in it.
        var took: Duration

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
    }

    struct Failure: Error {
        var text: String
    }

    /// Sends one request and reads until the server closes, which it is asked to do.
    static func ask(
        _ port: Int, _ method: String, _ target: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> Answer {
        var lines = ["\(method) \(target) HTTP/1.1", "Connection: close"]
        if headers["Host"] == nil { lines.append("Host: 127.0.0.1:\(port)") }
        lines += headers.map { "\($0): \($1)" }
        if !body.isEmpty { lines.append("Content-Length: \(body.count)") }
        return try await send(port, Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    /// Sends `text` as it is.
    static func send(_ port: Int, _ text: String) async throws -> Answer { try await send(port, Array(text.utf8)) }

    private static func send(_ port: Int, _ request: [UInt8]) async throws -> Answer {
        let (bytes, took) = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<(Data, Duration), any Error>) in
            // A thread of its own: it neither waits for those of the tasks nor holds one up.
            Thread.detachNewThread {
                let began = ContinuousClock.now
                continuation.resume(with: Result { (try exchange(port, request), began.duration(to: .now)) })
            }
        }
        return try parse(bytes, took)
    }

    /// A connection that says nothing; the caller closes it.
    static func connect(_ port: Int) throws -> Int32 {
        let socket = try Loopback.connect(port)
        Loopback.setPatience(60, of: socket)
        return socket
    }

    private static func exchange(_ port: Int, _ bytes: [UInt8]) throws -> Data {
        let socket = try connect(port)
        defer { close(socket) }
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw Failure(text: "could not send")
        }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count == 0 { return answer }
            if count < 0 {
                if errno == ECONNRESET, !answer.isEmpty { return answer }
                throw Failure(text: "no answer: \(String(cString: strerror(errno)))")
            }
            answer.append(contentsOf: buffer[..<count])
        }
    }

    private static func parse(_ bytes: Data, _ took: Duration) throws -> Answer {
        guard let end = bytes.firstRange(of: Data("\r\n\r\n".utf8)) else {
            throw Failure(text: "no head in \(bytes.count) bytes")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure(text: lines[0])
        }
        let headers = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        return Answer(
            status: status, headers: Dictionary(headers, uniquingKeysWith: { first, _ in first }),
            body: bytes[end.upperBound...], took: took)
    }
}
