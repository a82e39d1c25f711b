import Errors
import Files
import Foundation
import NeuralNetwork
import RoadScenes
import Video

extension Configuration {
    /// What `--check` finds beyond the file itself.
    public struct Findings: Sendable, Equatable {
        /// With these the daemon does not start.
        public var problems: [String] = []
        /// It starts, but waits, or goes without something.
        public var notes: [String] = []
    }

    /// Looks at everything that the file names, as a start would; changes nothing.
    ///
    /// - Parameter first: the file of the bundle that a start would run; nil where there is none.
    public func findings(startingWith first: String?) -> Findings {
        var findings = Findings()
        checkSource(&findings)
        checkModel(first, &findings)
        for folder in learningFolders {
            if let obstacle = OutputCheck.obstacle(toWriting: folder + "/", mindsFullDisk: false) {
                findings.notes.append("\(folder) cannot be written to now: \(obstacle)")
            }
        }
        findings.notes += exposures()
        return findings
    }

    /// The files with secrets that everybody on this machine may read.
    package func exposures() -> [String] {
        var found: [String] = []
        if PublicAddress.text(source.location) != source.location, Self.isReadByAll(file) {
            found.append("\(file) holds a camera's password, and all users may read it: 'chmod 640 \(file)'")
        }
        if let token = dashboard?.tokenFile, Self.isReadByAll(token) {
            found.append("\(token) holds the page's token, and all users may read it: 'chmod 640 \(token)'")
        }
        return found
    }

    private static func isReadByAll(_ file: String) -> Bool {
        var entry = stat()
        return stat(file, &entry) == 0 && entry.st_mode & S_IFMT == S_IFREG && entry.st_mode & S_IROTH != 0
    }

    private func checkSource(_ findings: inout Findings) {
        do throws(VideoError) {
            let warning = try VideoSource.check(source.location)
            if let warning { findings.notes.append(warning) }
        } catch {
            if source.isLive, source.location.hasPrefix("/dev/") {
                findings.notes.append("\(error)")
            } else {
                findings.problems.append("\(error)")
            }
        }
    }

    private func checkModel(_ path: String?, _ findings: inout Findings) {
        guard let path else {
            findings.problems.append(
                "The registry \(registry ?? "") has no current model. Name a bundle with 'model:', or use 'camber models promote'."
            )
            return
        }
        let bundle: ModelBundle
        do throws(NetworkError) { bundle = try ModelBundle(contentsOf: path) } catch {
            findings.problems.append("\(error)")
            return
        }
        for name in gate?.rare ?? [] where !bundle.classes.names.contains(name) {
            findings.problems.append(CamberError.noClass(name, key: "gate.rare", among: bundle.classes.names).description)
        }
        for output in outputs {
            let problem = output.event?.problem(with: bundle.classes.names)
            if let problem { findings.problems.append(problem.description) }
            if output.event?.unfamiliar == true, !bundle.auxiliaryIsTrained {
                findings.notes.append("the auxiliary network of \(path) is not trained; no road is called unfamiliar")
            }
        }
        guard !bundle.auxiliaryIsTrained else { return }
        if outputs.contains(where: { $0.kind == .confidence }) {
            findings.notes.append("the auxiliary network of \(path) is not trained; its confidence means nothing")
        }
        if gate != nil { findings.notes.append("the auxiliary network of \(path) is not trained; no frames are kept") }
    }
}
