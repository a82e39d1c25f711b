import Foundation
import Status
import Video

extension Daemon {
    /// For those who ask how it is, while it runs.
    public var view: DaemonView {
        DaemonView(
            version: version, started: started, configuration: configuration, pipeline: pipeline, source: source,
            spooling: spooling, watcher: watcher, learner: learner, position: position, clock: wallClock)
    }

    /// Also later: another daemon that answered there may have ended, or somebody has removed the socket.
    func keepServer() {
        guard let path = configuration.statusSocket, server?.isThere != true else { return }
        server?.stop()
        server = nil
        let view = view
        do throws(LiveError) {
            server = try StatusServer(path: path, commands: ["mark": markAnswer]) { view.status().json + Data("\n".utf8) }
            server?.start()
            if serverProblem != nil { logger.notice("'camber status' is answered now", metadata: ["at": "\(path)"]) }
            serverProblem = nil
        } catch {
            if serverProblem != error.problem { logger.warning("No status: \(error)") }
            serverProblem = error.problem
        }
    }
}

extension SourceReport {
    /// What `systemctl status` shows: one line, shorter than what systemd takes.
    ///
    /// - Parameter rate: frames a second.
    package func line(rate: Double) -> String {
        let reason = state == .running ? nil : problem?.printable.replacing("\n", with: " ").prefix(500)
        return "Source \(state.rawValue), \(String(format: "%.1f", rate)) frames/s" + (reason.map { ": \($0)" } ?? "")
    }
}
