import Configuration
import Dashboard
import Foundation
import Live
import Overlay
import RoadScenes
import Status
import Threads
import Video

/// The running daemon, as the page sees it.
struct LiveDashboardDaemon: DashboardDaemon {
    let view: DaemonView
    private let never = StopSignal()

    init(_ view: DaemonView) {
        self.view = view
    }

    var classes: ClassSet { view.classes.shown }

    func status() -> DaemonStatus { view.status() }
    func latency(upTo bounds: [Double]) -> LatencyBuckets { view.latency(upTo: bounds) }

    /// As somebody would from outside: the daemon's main thread starts the learner.
    func learn() throws(DashboardError) {
        guard let learner = view.status().learner else {
            throw DashboardError(
                .missing, "This daemon has no learner.", remedy: "The section 'learn' of its configuration sets one up.")
        }
        if learner.state == .running {
            throw DashboardError(.conflict, "The learner is running already.", remedy: "One cycle at a time.")
        }
        kill(getpid(), SIGUSR1)
    }

    func nextFrame(within time: Duration) -> (picture: RGBImage, classMap: GrayImage)? {
        view.frames.next(within: time, unless: never).map { ($0.picture, $0.classMap) }
    }

    func lastLook() -> (picture: RGBImage, confidence: GrayImage)? {
        view.gate?.look { picture, confidence, _ in
            let copies = (
                RGBImage(width: picture.width, height: picture.height),
                GrayImage(width: confidence.width, height: confidence.height)
            )
            copies.0.bytes.copy(picture.bytes)
            copies.1.bytes.copy(confidence.bytes)
            return copies
        }
    }
}

extension Dashboard {
    /// Serves the page that a configuration wants; nil where it wants none.
    static func start(_ configuration: Configuration, _ daemon: Daemon, _ log: ServiceLog) -> Dashboard? {
        guard let place = configuration.dashboard else { return nil }
        let tokenFile = place.tokenFile.flatMap(TokenFile.init)
        let logger = log.logger()
        // The file was looked at when the configuration was read; it may be gone since.
        guard tokenFile != nil || place.tokenFile == nil else {
            logger.error("No page: \(place.tokenFile ?? "") holds no token any more")
            return nil
        }
        let settings = DashboardSettings(
            host: place.host, port: place.port, isLoopback: place.isLoopback, token: tokenFile?.token,
            spool: configuration.spool?.folder, registry: configuration.registry, human: configuration.humanFolder)
        let page = Dashboard(settings, daemon: LiveDashboardDaemon(daemon.view), logger: logger)
        page.start()
        return page
    }
}
