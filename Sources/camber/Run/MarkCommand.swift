import ArgumentParser
import Foundation
import Live

/// `camber mark`: has the running daemon keep the video around now.
struct MarkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark", abstract: "Keep the camera's video around this moment.",
        discussion: "The daemon's configuration needs an output of the kind 'event'.")

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let path = try daemon.path
        let answer = try StatusClient.ask(path, "mark")
        guard let answer = try? JSONDecoder().decode(MarkAnswer.self, from: answer) else {
            throw LiveError("What answers at \(path) is not this version of Camber, and has marked nothing.")
        }
        if answer.marked.isEmpty, let reason = answer.refused.first {
            throw LiveError("Nothing is kept: \(reason)", remedy: "'camber status' says more.")
        }
        guard !answer.marked.isEmpty else {
            throw LiveError(
                "Nothing is kept: the daemon at \(path) has no output of the kind 'event'.",
                remedy: "Add one to its configuration: 'camber run --keys' says how.")
        }
        print(
            String(
                format: "Marked: %@ keeps %g s before and %g s after now.", answer.marked.joined(separator: ", "), answer.before,
                answer.after))
    }
}
