import CMicroHTTPD
import Errors
import Glibc
import Threads

/// Serves HTTP at one address, by GNU libmicrohttpd, with a thread for each connection: whoever is slow, silent or half gone
/// holds up only itself, for as long as the `ConnectionTable` lets it.
///
/// Threading: `stop` once, from any thread.
// Safe to send: the library's daemon is made for it.
package final class WebServer: @unchecked Sendable {
    /// More than the table lets in, for those that are just being closed.
    private static let mostConnections: UInt32 = 96
    /// Units: bytes, for a request's head and that of its answer.
    private static let mostMemory = 32 * 1024
    /// Units: bytes.
    private static let stack = 1 << 20
    private static let watchEvery = Duration.milliseconds(250)

    package let port: Int
    private let exchange: Exchange
    private let daemon: OpaquePointer
    private let stopSignal = StopSignal()

    /// Serves from now on.
    ///
    /// - Parameters:
    ///   - host: a name or a number, without brackets.
    ///   - port: 0 for any that is free.
    ///   - mostBody: how many bytes a request may bring, by its head; more are not read.
    ///   - answer: is called on the connections' threads, for many at once.
    /// - Throws: where the address cannot be had.
    package init(
        host: String, port: Int, mostBody: @escaping @Sendable (Request) -> Int = { _ in 0 },
        answer: @escaping @Sendable (Request) -> Response
    ) throws(CamberError) {
        let socket = try ListeningSocket(host: host, port: port)
        exchange = Exchange(mostBody: mostBody, answer)
        let daemon = camber_http_start(
            socket.descriptor, Self.mostConnections, Self.mostMemory, Self.stack, Unmanaged.passUnretained(exchange).toOpaque(),
            Exchange.whenAsked, Exchange.whenEnded, Exchange.whenChanged, Exchange.leaveEncoded)
        guard let daemon else {
            close(socket.descriptor)
            throw CamberError("Cannot serve at \(Self.place(host, port)): the system gives no more threads or memory.")
        }
        self.daemon = daemon
        self.port = socket.port
        let (table, stopSignal) = (exchange.connections, stopSignal)
        NamedThread("web-watch") {
            while !stopSignal.wait(until: MonotonicClock.now + Self.watchEvery) { table.endLate() }
        }
    }

    /// A host and a port as an address has them: `[::1]:8080`.
    package static func place(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Which of a name's addresses is listened at: `localhost` is often `::1` first, and its 127.0.0.1 what tunnels and other programs ask
    /// for; what asks for the name tries both.
    package static func choice(among families: [Int32]) -> Int { families.firstIndex(of: AF_INET) ?? 0 }

    /// Ends all connections, and waits until what is being answered has been.
    package func stop() {
        stopSignal.set()
        // The library calls the exchange until then.
        withExtendedLifetime(exchange) { MHD_stop_daemon(daemon) }
    }
}
