import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Serves the page, the JSON API and the metrics of one daemon.
///
/// Threading: `start` and `stop` once each, from any thread; it has threads of its own, which the loop goes before.
public final class Dashboard: Sendable {
    /// Units: bytes of all headers of a request.
    private static let largestHead = 16 * 1024
    /// Before the next attempt at an address that cannot be had.
    private static let retryAfter = Duration.seconds(5)

    private struct State {
        var task: Task<Void, Never>?
        var port: Int?
        var isStopped = false
    }

    private let settings: DashboardSettings
    private let daemon: any DashboardDaemon
    private let logger: Logger
    private let pictures: LivePicture
    private let store: StoreAccess
    private let history = ReadingHistory()
    private let connections = ConnectionTable()
    private let state = Mutex(State())

    public init(_ settings: DashboardSettings, daemon: any DashboardDaemon, logger: Logger) {
        (self.settings, self.daemon, self.logger) = (settings, daemon, logger)
        pictures = LivePicture(daemon)
        store = StoreAccess(spool: settings.spool, registry: settings.registry)
    }

    /// Starts to serve, and goes on trying where the address cannot be had yet. Returns at once.
    public func start() {
        let task = Task.detached { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.serve() }
                group.addTask { await self.record() }
            }
        }
        state.withLock { $0.task = task }
    }

    /// Ends all connections. Returns at once.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            state.task?.cancel()
        }
        pictures.stop()
        store.stop()
    }

    /// The port that is served; nil where that is not so within `time`.
    public func port(within time: Duration) async -> Int? {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            if let port = state.withLock({ $0.port }) { return port }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    private func serve() async {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var complaint: String?
        while !Task.isCancelled {
            do {
                try await application(on: group).run()
            } catch is CancellationError {
                break
            } catch {
                let text = "No page at \(settings.host):\(settings.port): \(error)"
                if complaint != text { logger.warning("\(text)") }
                complaint = text
                try? await Task.sleep(for: Self.retryAfter)
            }
        }
        try? await group.shutdownGracefully()
    }

    /// Remembers the last ten minutes.
    private func record() async {
        while !Task.isCancelled {
            history.add(daemon.readings())
            try? await Task.sleep(for: .seconds(ReadingHistory.step))
        }
    }

    private func application(on group: MultiThreadedEventLoopGroup) -> some ApplicationProtocol {
        let router = Router(context: PageContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            RequestGuard(rules: AccessRules(isLoopback: settings.isLoopback, token: settings.token))
        }
        PageAnswers(daemon: daemon, store: store).register(router)
        LiveAnswers(daemon: daemon, pictures: pictures, history: history).register(router)
        SpoolAnswers(daemon: daemon, store: store).register(router)
        ModelAnswers(store: store).register(router)
        // The library's own log lines are for its authors.
        var quiet = Logger(label: "page") { _ in SwiftLogNoOpLogHandler() }
        quiet.logLevel = .critical
        let connections = connections
        return Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionWatch(connections)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: Self.largestHead, maxHeaderListSize: Self.largestHead, maxHeaderFieldCount: 100))),
            configuration: .init(address: .hostname(settings.host, port: settings.port), backlog: 128),
            onServerRunning: { [self] channel in
                let port = channel.localAddress?.port ?? settings.port
                state.withLock { $0.port = port }
                logger.notice("The page is served", metadata: ["address": "http://\(settings.host):\(port)/"])
            },
            eventLoopGroupProvider: .shared(group), logger: quiet)
    }
}
