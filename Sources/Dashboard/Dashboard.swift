import Logging
import Synchronization
import Threads
import WebServer

/// Serves the page, the JSON API and the metrics of one daemon.
///
/// Threading: `start` and `stop` once each, from any thread; it has threads of its own, which the loop goes before where they have
/// much to do.
public final class Dashboard: Sendable {
    private let settings: DashboardSettings
    private let daemon: any DashboardDaemon
    private let logger: Logger
    private let history = ReadingHistory()
    private let stopSignal = StopSignal()
    private let servedPort = Mutex<Int?>(nil)

    public init(_ settings: DashboardSettings, daemon: any DashboardDaemon, logger: Logger) {
        (self.settings, self.daemon, self.logger) = (settings, daemon, logger)
    }

    /// Starts to serve, and goes on trying where the address cannot be had yet. Returns at once.
    public func start() {
        NamedThread("page") { [self] in run() }
    }

    /// Ends all connections. Returns at once.
    public func stop() { stopSignal.set() }

    /// The port that is served; nil where that is not so yet.
    public var port: Int? { servedPort.withLock { $0 } }

    /// Keeps the page served and remembers the last ten minutes.
    private func run() {
        var (server, complaint): (WebServer?, String?) = (nil, nil)
        var next = MonotonicClock.now
        repeat {
            history.add(daemon.status())
            if server == nil {
                do throws(DashboardError) { server = try serve() } catch {
                    if complaint != error.problem { logger.warning("No page: \(error)") }
                    complaint = error.problem
                }
            }
            next += .seconds(ReadingHistory.step)
        } while !stopSignal.wait(until: next)
        server?.stop()
    }

    private func serve() throws(DashboardError) -> WebServer {
        let settings = settings
        let requests = RequestGuard(
            rules: AccessRules(isLoopback: settings.isLoopback, token: settings.token()), router: router())
        let server = try WebServer(host: settings.host, port: settings.port, mostBody: requests.mostBody, answer: requests.answer)
        servedPort.withLock { $0 = server.port }
        logger.notice("The page is served", metadata: ["address": "http://\(WebServer.place(settings.host, server.port))/"])
        return server
    }

    private func router() -> Router {
        let store = StoreAccess(spool: settings.spool, registry: settings.registry, human: settings.human)
        var router = Router()
        PageAnswers(daemon: daemon, store: store).add(to: &router)
        LiveAnswers(daemon: daemon, pictures: LivePicture(daemon), history: history).add(to: &router)
        SpoolAnswers(daemon: daemon, store: store).add(to: &router)
        LabelAnswers(store: store).add(to: &router)
        ModelAnswers(store: store).add(to: &router)
        return router
    }
}
