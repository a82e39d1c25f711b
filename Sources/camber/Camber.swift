import ArgumentParser
import Foundation
import Live
import Video

/// The command line. Exit 0: done; 1: failed; 2: wrong usage or configuration.
@main
struct Camber: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camber",
        abstract: "Labels every pixel of a road camera's frames, in real time, on the CPU.",
        version: version,
        subcommands: [
            SegmentCommand.self, RunCommand.self, StatusCommand.self, MarkCommand.self, ModelsCommand.self, SpoolCommand.self,
            LabelsCommand.self, DrivesCommand.self, ReportCommand.self, BenchCommand.self, SynthesizeCommand.self,
            TrainCommand.self, LabelCommand.self, EvaluateCommand.self, LearnCommand.self,
        ])

    static let version = "0.1.0"

    static func main() {
        // A reader that goes away, or a limit of a file's size, must not end a job before its files are closed.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        holdStandardDescriptors()
        if let word = unreadableWord {
            standardError("Error: '\(word)' is no UTF-8, and cannot be used. Rename the file.")
            Foundation.exit(2)
        }
        if let unknown = UnknownCommand(in: Array(CommandLine.arguments.dropFirst()), of: Camber.self) {
            standardError(unknown.message)
            Foundation.exit(2)
        }
        do {
            var command = try parseAsRoot()
            do { try command.run() } catch let error as ValidationError {
                // The line itself was understood; the usage that would follow is not this command's.
                throw CommandFailure(code: 2, message: "Error: \(error.message.onOneLine)")
            }
            try checkResults()
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { standardError(failure: failure.message) }
            Foundation.exit(failure.code)
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                print(message)
                if StandardOutput.isLost { standardError(lostResult.message) }
                Foundation.exit(StandardOutput.isLost ? lostResult.code : 0)
            }
            standardError(failure: message)
            Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}

extension Camber {
    /// What was closed for this program must not become a file or a socket of its own, which others then read and write by the number.
    /// Standard output stays one that cannot be written to, so that a result is lost there, not silently taken.
    private static func holdStandardDescriptors() {
        for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
    }

    /// The first word whose bytes are no text: as text it would be another name, which is then looked for or written. Nil where all are.
    private static var unreadableWord: String? {
        (1..<max(1, Int(CommandLine.argc))).lazy.compactMap { CommandLine.unsafeArgv[$0] }
            .first { String(validatingCString: $0) == nil }.map { String(cString: $0) }
    }

    /// A result that did not get to where it was sent is none.
    private static func checkResults() throws {
        if StandardOutput.isLost { throw lostResult }
    }

    private static let lostResult = CommandFailure(
        code: 1, message: "Error: the result could not be written to standard output. Is its disk full, or is it closed?")
}

/// Ends the program with a message on stderr.
struct CommandFailure: Error {
    /// 1: failed; 2: wrong usage or configuration.
    var code: Int32
    var message: String
}

/// Writes a result to stdout. It stands before the library's `print`: here alone names from outside become harmless.
func print(_ text: String) {
    StandardOutput.write(text.printable + "\n")
}

/// Writes a line to stderr, where everything goes that is not a result. An address in it is shown without its secrets, wherever a person
/// has put it.
func standardError(_ line: String) {
    standardError(raw: PublicAddress.masked(line).printable + "\n")
}

/// Says why the program ends; the journal files it under its errors.
func standardError(failure message: String) {
    guard ServiceLog.journalReads(STDERR_FILENO) else { return standardError(message) }
    for line in message.printable.split(separator: "\n") { standardError("<3>\(line)") }
}

/// Writes to stderr as it is; where that cannot be written, as with a log reader that went away, the work goes on.
func standardError(raw text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}
