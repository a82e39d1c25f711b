import Configuration
import Foundation
import Logging
import Status
import Threads
import Video

extension ReconnectingSource {
    func report(_ source: Configuration.Source, _ figures: LoopFigures) -> SourceReport {
        report(
            location: source.location, lastFrameAge: figures.lastFrameAge, stallTimeout: source.stallTimeout,
            unchanged: figures.unchanged, frozenAfter: source.frozenAfter)
    }
}

extension Daemon {
    /// Only where frames come in their own time: a recording that is read as fast as it goes has no seconds to count.
    static func frozenAfter(_ source: Configuration.Source) -> Duration {
        source.effectivePace.newestWins ? source.frozenAfter : .zero
    }

    static func pipelineOptions(_ configuration: Configuration, _ position: GPSDClient?) -> FramePipeline.Options {
        var options = FramePipeline.Options(
            pace: configuration.source.effectivePace, confidence: configuration.needsConfidence,
            frozenAfter: frozenAfter(configuration.source), ignored: configuration.source.ignored, steady: configuration.steady,
            keepsOriginals: configuration.gate != nil && configuration.spool?.originalSize != nil)
        if configuration.outputs.contains(where: \.sidecar) {
            options.circumstances = { _ in
                let now = Date()
                return FrameCircumstances(
                    time: FrameTime(now.timeIntervalSince1970, doubt: WallClock.doubt(of: now)), position: position?.position)
            }
        }
        return options
    }

    static func position(_ configuration: Configuration, _ logger: Logger) -> GPSDClient? {
        guard let place = configuration.position else { return nil }
        return GPSDClient(host: place.host, port: place.port) { event in
            switch event {
            case .connected: logger.info("gpsd answers", metadata: ["at": "\(place.host) port \(place.port)"])
            case .lost(let problem):
                logger.warning(
                    "gpsd at \(place.host) port \(place.port) does not tell the position", metadata: ["reason": "\(problem)"])
            }
        }
    }

    /// Units: pictures per second, of an address of single pictures.
    static func snapshotRate(_ source: Configuration.Source, target: Double?) -> Double { source.rate ?? target ?? 1 }

    static func source(
        _ configuration: Configuration, _ logger: Logger, tap: PacketTap?, snapshots: SnapshotRate
    ) -> ReconnectingSource {
        let source = configuration.source
        var options = VideoSource.Options()
        if source.isLive { options.stallTimeout = source.stallTimeout.inSeconds }
        options.deviceSize = source.deviceSize.map { ($0.width, $0.height) }
        options.deviceRate = source.deviceRate.map(Rational.init(rate:))
        options.rate = source.rate.map(Rational.init(rate:))
        options.stream = source.stream
        options.snapshotRate = snapshots
        options.deviceFormat = source.deviceFormat
        options.tap = tap
        let policy: ReconnectingSource.Policy =
            source.isLive
            ? .forever(after: source.reconnectAfter, atMost: source.reconnectAtMost) : source.repeats ? .repeats : .once
        let place = PublicAddress.text(source.location)
        let open: ReconnectingSource.Opener = { [options] cancellation throws(LiveError) in
            try VideoFrameSource(source.location, options: options, cancellation: cancellation)
        }
        return ReconnectingSource(policy: policy, observe: { observe($0, place, logger) }, open: open)
    }

    private static func observe(_ event: ReconnectingSource.Event, _ place: String, _ logger: Logger) {
        switch event {
        case .opened(let facts):
            let rate = String(format: "%.2f", facts.frameRate.value)
            logger.info("Source is open", metadata: ["size": "\(facts.width)x\(facts.height)", "fps": "\(rate)"])
        case .notice(let text): logger.notice("\(text)")
        case .lost(let problem, let retryAfter):
            logger.warning(
                "Source \(place) is lost: \(problem ?? "it has ended.")", metadata: ["retry_in": "\(retryAfter.text)"])
        }
    }
}
