import CMicroHTTPD
import Glibc

/// What passes between the library and us: its calls become a request, our answer becomes its response.
///
/// Threading: any; the library calls from its own threads.
final class Exchange: Sendable {
    let connections = ConnectionTable()
    private let mostBody: @Sendable (Request) -> Int
    private let answer: @Sendable (Request) -> Response

    /// One request's body as it comes.
    private final class Coming {
        var bytes: [UInt8] = []
    }

    init(mostBody: @escaping @Sendable (Request) -> Int, _ answer: @escaping @Sendable (Request) -> Response) {
        (self.mostBody, self.answer) = (mostBody, answer)
    }

    // MARK: What the library calls; `own` is the exchange

    static let whenAsked: MHD_AccessHandlerCallback = { own, connection, path, method, _, part, partSize, context in
        guard let own, let connection, let path, let method, let partSize, let context else { return .NO }
        let exchange = exchange(own)
        // The first call for a request comes with its head, the next ones with parts of its body, the last with none.
        guard let coming = context.pointee else {
            context.pointee = Unmanaged.passRetained(Coming()).toOpaque()
            return exchange.begin(connection, String(cString: method), String(cString: path))
        }
        let body = Unmanaged<Coming>.fromOpaque(coming).takeUnretainedValue()
        if partSize.pointee > 0, let part {
            // The library gives no more than the head announced.
            body.bytes += UnsafeRawBufferPointer(start: part, count: partSize.pointee)
            partSize.pointee = 0
            return .YES
        }
        return exchange.finish(connection, String(cString: method), String(cString: path), body.bytes)
    }

    static let whenEnded: MHD_RequestCompletedCallback = { own, connection, context, _ in
        guard let own, let connection else { return }
        if let coming = context?.pointee { Unmanaged<Coming>.fromOpaque(coming).release() }
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

    private func begin(_ connection: OpaquePointer, _ method: String, _ path: String) -> MHD_Result {
        let request = Self.request(connection, method, path)
        connections.begin(Int(bitPattern: connection))
        if !request.hasBody { return .YES }
        if let announced = request.announcedBody, announced <= mostBody(request) { return .YES }
        // Answered at once, a body is not read, and the connection closed after the answer.
        return Self.send(answer(request), to: connection)
    }

    private func finish(_ connection: OpaquePointer, _ method: String, _ path: String, _ body: [UInt8]) -> MHD_Result {
        var request = Self.request(connection, method, path)
        request.body = body
        return Self.send(answer(request), to: connection)
    }

    private static func request(_ connection: OpaquePointer, _ method: String, _ path: String) -> Request {
        Request(
            method: method, path: path, query: values(connection, .GET_ARGUMENT_KIND), headers: values(connection, .HEADER_KIND))
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
