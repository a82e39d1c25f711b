import CMicroHTTPD
import Glibc

/// What passes between the library and us: its calls become a request, our answer becomes its response.
///
/// Threading: any; the library calls from its own threads.
final class Exchange: Sendable {
    let connections = ConnectionTable()
    private let answer: @Sendable (Request) -> Response

    init(_ answer: @escaping @Sendable (Request) -> Response) {
        self.answer = answer
    }

    // MARK: What the library calls; `own` is the exchange

    static let whenAsked: MHD_AccessHandlerCallback = { own, connection, path, method, _, _, _, context in
        guard let own, let connection, let path, let method, let context else { return .NO }
        // The first call for a request comes with its head, the next when its body, if it has one, is there.
        let isFirst = context.pointee == nil
        context.pointee = own
        return exchange(own).take(connection, String(cString: method), String(cString: path), isFirst: isFirst)
    }

    static let whenEnded: MHD_RequestCompletedCallback = { own, connection, _, _ in
        guard let own, let connection else { return }
        exchange(own).connections.finish(Int(bitPattern: connection))
    }

    static let whenChanged: MHD_NotifyConnectionCallback = { own, connection, _, change in
        guard let own, let connection else { return }
        let (connections, id) = (exchange(own).connections, Int(bitPattern: connection))
        if change == .CONNECTION_NOTIFY_STARTED {
            connections.add(
                id, socket: camber_http_socket(connection), address: address(of: camber_http_client(connection)))
        } else {
            connections.remove(id)
        }
    }

    /// Decoding a path as one piece would make slashes and ends of what is none: `Request` and `Router` do it part by part.
    static let leaveEncoded: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int = {
        _, _, text in text.map { strlen($0) } ?? 0
    }

    // MARK: A request

    private func take(_ connection: OpaquePointer, _ method: String, _ path: String, isFirst: Bool) -> MHD_Result {
        let request = Request(
            method: method, path: path, query: Self.values(connection, .GET_ARGUMENT_KIND),
            headers: Self.values(connection, .HEADER_KIND))
        if isFirst { connections.begin(Int(bitPattern: connection)) }
        // Answered at once, a body is not read, and the connection closed after the answer.
        if isFirst && !request.hasBody { return .YES }
        return Self.send(answer(request), to: connection)
    }

    private static func send(_ response: Response, to connection: OpaquePointer) -> MHD_Result {
        let made = response.body.withUnsafeBytes { body in
            MHD_create_response_from_buffer(
                body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        // The library refuses a header that says nothing.
        for (name, value) in response.headers where !value.isEmpty {
            guard MHD_add_response_header(made, name, value) == .YES else { return .NO }
        }
        return MHD_queue_response(connection, UInt32(response.status.rawValue), made)
    }

    /// Names and values, in the order in which they came.
    private static func values(_ connection: OpaquePointer, _ kind: MHD_ValueKind) -> [(String, String)] {
        var values: [(String, String)] = []
        // Not '&values', which would point at what the list holds.
        withUnsafeMutablePointer(to: &values) { list in
            _ = MHD_get_connection_values(
                connection, kind,
                { list, _, name, value in
                    guard let list, let name else { return .YES }
                    list.assumingMemoryBound(to: [(String, String)].self).pointee.append(
                        (String(cString: name), value.map { String(cString: $0) } ?? ""))
                    return .YES
                }, list)
        }
        return values
    }

    private static func exchange(_ own: UnsafeMutableRawPointer) -> Exchange {
        Unmanaged<Exchange>.fromOpaque(own).takeUnretainedValue()
    }

    /// As a number; empty for what has none.
    private static func address(of client: UnsafePointer<sockaddr>?) -> String {
        guard let client else { return "" }
        let isSix = Int32(client.pointee.sa_family) == AF_INET6
        let length = isSix ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
            let size = socklen_t(text.count)
            let status = getnameinfo(client, socklen_t(length), text.baseAddress!, size, nil, 0, NI_NUMERICHOST)
            return status == 0 ? String(cString: text.baseAddress!) : ""
        }
    }
}
