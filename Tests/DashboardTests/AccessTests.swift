import Dashboard
import Foundation
import Synchronization
import Testing
import WebServer

/// Who is refused: other sites, those without the token, those who send too much or nothing at all.
struct AccessTests {
    private static let changes = [
        ("POST", "/api/learn"), ("DELETE", "/api/spool/1"), ("PUT", "/api/spool/1/pin"), ("DELETE", "/api/spool/1/pin"),
        ("POST", "/api/models/rollback"), ("POST", "/api/models/1/promote"),
    ]

    @Test func aForeignHostIsRefusedEverywhere() async throws {
        let page = try await ServedPage()
        for host in ["evil.example", "127.0.0.1.evil.example:\(page.port)", "192.168.0.7", "[::2]", "localhost.evil.example"] {
            for target in ["/", "/healthz", "/api/status", "/api/live.jpg"] {
                #expect(try await page.get(target, headers: ["Host": host]).status == 421, "\(host) \(target)")
            }
        }
        for host in ["localhost", "LOCALHOST:9", "127.0.0.1", "[::1]:8080"] {
            #expect(try await page.get("/api/status", headers: ["Host": host]).status == 200, "\(host)")
        }
        for hosts in ["", "Host: localhost\r\nHost: evil.example\r\n", "Host:\r\n"] {
            let answer = try await PlainClient.send(page.port, "GET /healthz HTTP/1.1\r\n\(hosts)Connection: close\r\n\r\n")
            #expect(answer.status == 400, "\(hosts)")
        }
    }

    @Test func aForeignOriginIsRefusedEverywhere() async throws {
        let page = try await ServedPage()
        let own = "http://127.0.0.1:\(page.port)"
        for origin in [
            "http://evil.example", "null", "https://127.0.0.1:\(page.port)", "http://127.0.0.1:1", own + ".evil.example",
        ] {
            #expect(try await page.get("/api/status", headers: ["Origin": origin]).status == 403, "\(origin)")
            #expect(try await page.ask("POST", "/api/learn", headers: ["Origin": origin, "X-Camber": "1"]).status == 403)
        }
        #expect(try await page.get("/api/status", headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
        #expect(try await page.get("/api/live.jpg", headers: ["Sec-Fetch-Site": "same-site"]).status == 403)
        #expect(try await page.ask("POST", "/api/learn", headers: ["Origin": own, "X-Camber": "1"]).status == 202)
        #expect(page.daemon.state.withLock { $0.learnCalls } == 1)
    }

    @Test func withoutATokenChangesNeedTheOwnHeader() async throws {
        let page = try await ServedPage(items: 1)
        for (method, target) in Self.changes {
            #expect(try await page.ask(method, target, headers: [:]).status == 403, "\(method) \(target)")
        }
        #expect(try page.spool.items().count == 1 && page.daemon.state.withLock { $0.learnCalls } == 0)
        #expect(try await page.ask("DELETE", "/api/spool/1").status == 204)
    }

    /// The word before the token is written in whatever letters: RFC 9110, section 11.1.
    @Test func theTokensSchemeMayHaveAnyLetters() async throws {
        let page = try await ServedPage(token: ServedPage.token)
        for scheme in ["Bearer", "bearer", "BEARER", "Bearer "] {
            let answer = try await page.ask("POST", "/api/learn", headers: ["Authorization": "\(scheme) \(ServedPage.token)"])
            #expect(answer.status == 202, "\(scheme)")
        }
    }

    /// Whoever replaces a token that others know must not wait for a restart.
    @Test func anotherTokenHoldsAtOnce() {
        let token = Mutex("the first token of them")
        @Sendable func current() -> String? { token.withLock { $0 } }
        let rules = AccessRules(isLoopback: false, token: current(), hostName: "van7")
        func refusal(_ token: String) -> AccessRules.Refusal? {
            rules.refusal(
                Request(method: "POST", path: "/api/learn", headers: [("Host", "van7"), ("Authorization", "Bearer \(token)")]))
        }
        #expect(refusal("the first token of them") == nil && refusal("the second token of them")?.status == .unauthorized)
        token.withLock { $0 = "the second token of them" }
        #expect(refusal("the second token of them") == nil && refusal("the first token of them")?.status == .unauthorized)
    }

    @Test func withATokenChangesNeedItAndNothingElseWill() async throws {
        let page = try await ServedPage(items: 1, token: ServedPage.token)
        let wrong = ["", "Bearer", "Bearer x", "Bearer \(ServedPage.token)x", "Basic \(ServedPage.token)", ServedPage.token]
        for (method, target) in Self.changes {
            for credentials in wrong {
                let answer = try await page.ask(method, target, headers: ["Authorization": credentials, "X-Camber": "1"])
                #expect(answer.status == 401 && answer.headers["www-authenticate"] == "Bearer", "\(target) \(credentials)")
            }
        }
        #expect(try page.spool.items().count == 1 && page.daemon.state.withLock { $0.learnCalls } == 0)
        #expect(try await page.get("/api/spool").status == 200, "on loopback, looking is free")
        let right = ["Authorization": "Bearer \(ServedPage.token)"]
        #expect(try await page.ask("DELETE", "/api/spool/1", headers: right).status == 204)
        #expect(try await page.ask("POST", "/api/learn", headers: right).status == 202)
    }

    @Test func offLoopbackEverythingThatShowsTheCameraNeedsTheToken() async throws {
        let page = try await ServedPage(items: 1, token: ServedPage.token, isLoopback: false)
        for target in [
            "/api/status", "/api/live.jpg", "/api/view", "/api/history", "/api/spool", "/api/spool/1/frame.jpg", "/metrics",
        ] {
            #expect(try await page.get(target).status == 401, "\(target)")
            let right = ["Authorization": "Bearer \(ServedPage.token)"]
            #expect(try await page.get(target, headers: right).status == 200, "\(target)")
        }
        for target in ["/", "/healthz", "/readyz", "/api/openapi.yaml"] { #expect(try await page.get(target).status == 200) }
        #expect(
            try await page.get("/healthz", headers: ["Host": "192.168.0.7:8080"]).status == 200, "a number leads nowhere else")
        #expect(try await page.get("/healthz", headers: ["Host": "evil.example"]).status == 421)
    }

    @Test func thisMachinesNamesAreItsOwn() {
        let rules = AccessRules(isLoopback: false, token: "t", hostName: "Van7.depot.example")
        func status(_ host: String) -> Int? {
            let head = Request(method: "GET", path: "/healthz", headers: [("Host", host)])
            return rules.refusal(head)?.status.rawValue
        }
        for host in ["van7.depot.example:8080", "VAN7.local", "10.0.0.1", "[fe80::1]:80", "localhost"] {
            #expect(status(host) == nil)
        }
        for host in ["van7.evil.example", "van7", "10.0.0.1.evil.example", "[fe80::g]", "", "x@10.0.0.1"] {
            #expect(status(host) != nil, "\(host)")
        }
    }

    @Test func aBodyIsRefusedAndNotReadToItsEnd() async throws {
        let page = try await ServedPage()
        let small = try await PlainClient.ask(page.port, "POST", "/api/learn", headers: ServedPage.change, body: Array("{}".utf8))
        #expect(small.status == 413)
        // Announces more than it sends, and keeps the connection.
        let slow = try await PlainClient.send(
            page.port,
            "POST /api/learn HTTP/1.1\r\nHost: localhost\r\nX-Camber: 1\r\nContent-Length: 1000000000\r\n\r\nabc")
        #expect(slow.status == 413 && slow.took < .seconds(10))
        let chunked = try await PlainClient.send(
            page.port,
            "POST /api/learn HTTP/1.1\r\nHost: localhost\r\nX-Camber: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
        #expect(chunked.status == 413 && page.daemon.state.withLock { $0.learnCalls } == 0)
    }

    /// A proxy before it may take what follows for a body: it must not become a request of its own.
    @Test(arguments: [
        "Content-Length: 0\r\nContent-Length: 60\r\n", "Content-Length: 60\r\nContent-Length: 0\r\n",
        "Transfer-Encoding : chunked\r\n", "Content-Length : 60\r\n", "Content-Length\t: 60\r\n",
    ])
    func aRequestWhoseEndIsDoubtfulIsTheLastOfItsConnection(lengths: String) async throws {
        let page = try await ServedPage()
        let hidden = "POST /api/learn HTTP/1.1\r\nHost: localhost\r\nX-Camber: 1\r\nConnection: close\r\n\r\n"
        let answer = try await PlainClient.send(
            page.port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(lengths)\r\n\(hidden)")
        #expect(answer.status == 400 && page.daemon.state.withLock { $0.learnCalls } == 0)
    }

    @Test func aHeadWithoutEndIsRefused() async throws {
        let page = try await ServedPage()
        let long = String(repeating: "x", count: 40_000)
        let answer = try? await page.get("/healthz", headers: ["X-Long": long])
        #expect(answer == nil || answer?.status ?? 0 >= 400)
        #expect(try await page.get("/healthz").status == 200)
    }

    /// What so many good answers took, one after the other.
    private func timeOf(_ count: Int, _ target: String, _ page: ServedPage) async throws -> Duration {
        var took = Duration.zero
        for _ in 0..<count {
            let answer = try await page.get(target)
            #expect(answer.status == 200)
            took += answer.took
        }
        return took
    }

    @Test func fiftyIdleClientsKeepNobodyOut() async throws {
        let page = try await ServedPage()
        let idle = try (0..<50).map { _ in try PlainClient.connect(page.port) }
        defer { for socket in idle { close(socket) } }
        #expect(try await timeOf(5, "/api/status", page) < .seconds(10))
    }

    @Test func aFloodOfSilentClientsKeepsNobodyOut() async throws {
        let page = try await ServedPage()
        let port = page.port
        let stop = Mutex(false)
        // A hundred and twenty that say nothing, and come again when they are sent away.
        let flood = Task.detached {
            var sockets = (0..<120).compactMap { _ in try? PlainClient.connect(port) }
            while !stop.withLock({ $0 }) {
                for index in sockets.indices {
                    var byte: UInt8 = 0
                    if recv(sockets[index], &byte, 1, Int32(MSG_DONTWAIT)) < 0, errno == EAGAIN { continue }
                    close(sockets[index])
                    if let fresh = try? PlainClient.connect(port) { sockets[index] = fresh }
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
            for socket in sockets { close(socket) }
        }
        #expect(try await timeOf(20, "/healthz", page) < .seconds(20))
        stop.withLock { $0 = true }
        await flood.value
    }

    @Test func aHeadThatTricklesInIsNotWaitedFor() async throws {
        let page = try await ServedPage()
        let socket = try PlainClient.connect(page.port)
        defer { close(socket) }
        // Timed where it happens: the test itself goes on when a processor is free.
        let closedAfter = await withCheckedContinuation { (continuation: CheckedContinuation<Duration?, Never>) in
            Thread.detachNewThread {
                let began = ContinuousClock.now
                func end() { continuation.resume(returning: began.duration(to: .now)) }
                // A letter every half second, for a minute at most.
                for letter in Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ".utf8)
                    + Array(repeating: 120, count: 80)
                {
                    var (byte, answer) = (letter, UInt8(0))
                    if send(socket, &byte, 1, Int32(MSG_NOSIGNAL)) < 0 { return end() }
                    if recv(socket, &answer, 1, Int32(MSG_DONTWAIT)) == 0 { return end() }
                    usleep(500_000)
                }
                continuation.resume(returning: nil)
            }
        }
        #expect(closedAfter.map { $0 < .seconds(30) } == true, "\(String(describing: closedAfter))")
    }

    @Test(arguments: ["127.0.0.2", "127.255.255.254:80", "[::1]:1", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "LocalHost"])
    func everyNumberOfThisMachineIsItsOwn(host: String) {
        let rules = AccessRules(isLoopback: true, token: nil, hostName: "van7")
        let head = Request(method: "GET", path: "/healthz", headers: [("Host", host)])
        #expect(rules.refusal(head) == nil)
    }

    @Test(arguments: [
        "128.0.0.1", "0.0.0.0", "[::]", "[::2]", "[::ffff:10.0.0.1]", "127.1", "127.0.0.1.", "localhost.",
        "127.0.0.1:80.evil.example",
        "[::1]evil.example", "[::1]:evil.example", "127.0.0.1@evil.example", "evil.example#127.0.0.1", "0x7f.0.0.1", "2130706433",
        "van7",
        "[127.0.0.1", "[]", "127.0.0.1:80:80",
    ])
    func whatOnlyLooksLikeThisMachineIsNot(host: String) {
        let rules = AccessRules(isLoopback: true, token: nil, hostName: "van7")
        let head = Request(method: "GET", path: "/healthz", headers: [("Host", host)])
        #expect(rules.refusal(head) != nil)
    }

    @Test func aClientThatSaysNothingIsSentAway() async throws {
        let page = try await ServedPage()
        let socket = try PlainClient.connect(page.port)
        defer { close(socket) }
        // This client would wait a minute.
        let count = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var byte: UInt8 = 0
                continuation.resume(returning: recv(socket, &byte, 1, 0))
            }
        }
        #expect(count == 0, "the server closes")
    }
}
