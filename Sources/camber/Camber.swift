import ArgumentParser
import Foundation
import Video

/// The command line. Exit 0: done; 1: failed; 2: wrong usage or configuration.
@main
struct Camber: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camber",
        abstract: "Labels every pixel of a road camera's frames, in real time, on the CPU.",
        version: version,
        subcommands: [
            SegmentCommand.self, RunCommand.self, StatusCommand.self, ModelsCommand.self, SpoolCommand.self, LabelsCommand.self,
            ReportCommand.self, BenchCommand.self, SynthesizeCommand.self,
            TrainCommand.self, LabelCommand.self, EvaluateCommand.self, LearnCommand.self,
        ])

    static let version = "0.1.0"

    static func main() {
        // A reader that goes away must not end a job before its files are closed.
        signal(SIGPIPE, SIG_IGN)
        if let unknown = UnknownCommand(in: Array(CommandLine.arguments.dropFirst()), of: Camber.self) {
            standardError(unknown.message)
            Foundation.exit(2)
        }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { standardError(failure.message) }
            Foundation.exit(failure.code)
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                print(message)
            } else {
                standardError(message)
            }
            Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}

/// Ends the program with a message on stderr.
struct CommandFailure: Error {
    /// 1: failed; 2: wrong usage or configuration.
    var code: Int32
    var message: String
}

/// Writes a result to stdout. It stands before the library's `print`: here alone names from outside become harmless.
func print(_ text: String) {
    Swift.print(text.printable)
}

/// Writes a line to stderr, where everything goes that is not a result.
func standardError(_ line: String) {
    standardError(raw: line.printable + "\n")
}

/// Writes to stderr as it is; where that cannot be written, as with a log reader that went away, the work goes on.
func standardError(raw text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}
