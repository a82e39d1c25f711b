import Foundation

extension Daemon {
    /// For those who ask how it is, while it runs.
    public var view: DaemonView {
        DaemonView(
            version: version, started: started, configuration: configuration, pipeline: pipeline, source: source,
            spooling: spooling, watcher: watcher, learner: learner, position: position, clock: wallClock)
    }

    func startServer() {
        guard let path = configuration.statusSocket else { return }
        let view = view
        do throws(LiveError) {
            server = try StatusServer(path: path, commands: ["mark": markAnswer]) { view.status().json + Data("\n".utf8) }
            server?.start()
        } catch {
            logger.warning("No status: \(error)")
        }
    }
}
