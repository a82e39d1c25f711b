import Foundation
import Testing
import WebServer

/// How connections are kept and ended, whatever is asked for.
struct WebServerTests {
    /// Answers with what was asked for; `/big` with 40 MB.
    private static func serve() throws -> WebServer {
        try WebServer(host: "127.0.0.1", port: 0) { request in
            if request.hasBody { return Response(.contentTooLarge) }
            if request.path == "/big" { return Response(body: [UInt8](repeating: 120, count: 40_000_000)) }
            return Response(
                headers: ["X-Query": request.query["a"] ?? ""], body: Array("\(request.method) \(request.path)\n".utf8))
        }
    }

    private static func request(_ target: String, close: Bool = false) -> String {
        "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(close ? "Connection: close\r\n" : "")\r\n"
    }

    @Test func aConnectionServesManyRequests() throws {
        let server = try Self.serve()
        defer { server.stop() }
        let connection = try RawConnection(server.port)
        for number in 1...3 {
            connection.send(Self.request("/\(number)"))
            #expect(connection.receive().hasSuffix("\r\n\r\nGET /\(number)\n"))
        }
        // All at once, and the answers in their order.
        connection.send(Self.request("/4") + Self.request("/5") + Self.request("/6", close: true))
        let answers = connection.receiveAll()
        #expect(answers.matches(of: /GET \/(\d)\n/).map { $0.1 } == ["4", "5", "6"])
    }

    @Test func anAddressOfIPv6StandsInBrackets() throws {
        // Of documentation: no machine has it.
        let error = try #require(throws: (any Error).self) {
            try WebServer(host: "2001:db8::1", port: 8080) { _ in Response() }
        }
        #expect("\(error)".hasPrefix("Cannot listen at [2001:db8::1]:8080: "), "\(error)")
        #expect(WebServer.place("::1", 80) == "[::1]:80" && WebServer.place("van7", 80) == "van7:80")
    }

    @Test func ofANameTheNumberOfIPv4IsListenedAt() {
        #expect(WebServer.choice(among: [AF_INET6, AF_INET]) == 1 && WebServer.choice(among: [AF_INET, AF_INET6]) == 0)
        #expect(WebServer.choice(among: [AF_INET6, AF_INET6]) == 0)
    }

    @Test func whoHasSaidAllStillHears() throws {
        let server = try Self.serve()
        defer { server.stop() }
        let connection = try RawConnection(server.port)
        connection.send(Self.request("/half"))
        connection.endSending()
        #expect(connection.receiveAll().hasSuffix("GET /half\n"))
    }

    @Test func aHeadHasNoBodyAndItsLength() throws {
        let server = try Self.serve()
        defer { server.stop() }
        let connection = try RawConnection(server.port)
        connection.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = connection.receiveAll()
        #expect(answer.contains("Content-Length: 8\r\n") && answer.hasSuffix("\r\n\r\n"))
    }

    @Test func queriesAreDecodedPartByPart() throws {
        let server = try Self.serve()
        defer { server.stop() }
        for (query, wanted) in [("a=1%202&b=3", "1 2"), ("b=%26a=no&a=x", "x"), ("a=1&a=2", "1"), ("a=%00", ""), ("", "")] {
            let connection = try RawConnection(server.port)
            connection.send(Self.request("/?\(query)", close: true))
            let answer = connection.receiveAll()
            #expect(answer.firstMatch(of: /X-Query: (.*)\r\n/).map { String($0.1) } ?? "" == wanted, "\(query)")
            #expect(answer.hasSuffix("GET /\n"))
        }
    }

    @Test func whoDoesNotReadHoldsUpNobody() throws {
        let server = try Self.serve()
        let lazy = try (0..<10).map { _ in try RawConnection(server.port, receiveBuffer: 4096) }
        for connection in lazy { connection.send(Self.request("/big")) }
        let began = ContinuousClock.now
        for _ in 0..<20 {
            let connection = try RawConnection(server.port)
            connection.send(Self.request("/small", close: true))
            #expect(connection.receiveAll().hasSuffix("GET /small\n"))
        }
        server.stop()
        #expect(began.duration(to: .now) < .seconds(20))
    }

    @Test func noOtherProgramInheritsTheSocket() throws {
        let server = try Self.serve()
        defer { server.stop() }
        let listening = (0..<Int32(1024)).filter { descriptor in
            var address = sockaddr_in()
            var (length, listens, size) = (socklen_t(MemoryLayout<sockaddr_in>.size), Int32(0), socklen_t(4))
            let isNamed = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
            }
            getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size)
            return isNamed && listens == 1 && Int(in_port_t(bigEndian: address.sin_port)) == server.port
        }
        #expect(listening.count == 1 && listening.allSatisfy { fcntl($0, F_GETFD) & FD_CLOEXEC != 0 })
    }

    @Test func anAddressThatIsTakenIsSaid() throws {
        let server = try Self.serve()
        defer { server.stop() }
        let error = try #require(throws: (any Error).self) {
            try WebServer(host: "127.0.0.1", port: server.port) { _ in Response() }
        }
        #expect("\(error)".contains("127.0.0.1:\(server.port): Address already in use."))
        #expect(throws: (any Error).self) { try WebServer(host: "no.such.host.invalid", port: 0) { _ in Response() } }
    }

    @Test func whatWasServedCanBeServedAgain() throws {
        let first = try Self.serve()
        let open = try RawConnection(first.port)
        open.send(Self.request("/"))
        #expect(!open.receive().isEmpty)
        first.stop()
        #expect(open.receiveAll().isEmpty, "its connections are closed")
        try WebServer(host: "127.0.0.1", port: first.port) { _ in Response() }.stop()
    }
}
