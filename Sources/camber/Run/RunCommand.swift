import ArgumentParser
import Configuration
import Dashboard
import Foundation
import Live
import Store

/// `camber run`: the daemon.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Label a camera, a stream or a recording as its frames come.",
        discussion: """
            Ends with the source, after --for, or on SIGTERM or SIGINT, within five seconds. SIGHUP reads the configuration again, \
            SIGUSR1 starts one run of the learner, SIGUSR2 marks an event.
            """)

    @Option(help: .init("The configuration file. \(ConfigurationReference.example)", valueName: "file")) var config: String?
    @Option(name: .customLong("for"), help: .init("Stop after this time, such as 60s.", valueName: "time"), transform: time)
    var limit: Duration?
    @Flag(help: "Print the figures as JSON at the end.") var json = false
    @Flag(help: "Check the configuration, say what it means, and do nothing else.") var check = false
    @Flag(help: "Print every key that a configuration can have, as docs/configuration.md, and do nothing else.") var keys = false

    func validate() throws {
        if config == nil, !keys { throw ValidationError("Missing expected argument '--config <file>'") }
    }

    func run() throws {
        guard !keys, let config else { return StandardOutput.write(ConfigurationReference.markdown) }
        // A service manager tries 1 again, and 2 never.
        let configuration = try Configuration(argument: config, outputsMayWait: !check, whereMissing: check ? 2 : 1)
        if check { return try checked(configuration, config) }
        // A camera does not wait for the disk of an output; of a recording nothing may be lost.
        if !configuration.unwritable.isEmpty, !configuration.source.effectivePace.newestWins {
            throw CommandFailure(
                code: 2, message: ConfigurationError(file: config, problems: configuration.unwritable).description)
        }
        let signals = SignalWaiter([SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2])
        let log = ServiceLog(level: .init(rawValue: configuration.logLevel.rawValue) ?? .info)
        let daemon = try Daemon(configuration, version: Camber.version, log: log, signals: signals)
        let page = Dashboard.start(configuration, daemon, log)
        let outcome = daemon.run(for: limit)
        page?.stop()
        print(json ? try RunReport(outcome).json : RunReport(outcome).text)
        // The figures must be out before a hanging thread makes us leave without ceremony.
        fflush(nil)
        let problem = outcome.problem.map { "Error: \($0)" } ?? (outcome.figures.frames == 0 ? "No frame came." : nil)
        let failure = outcome.wasStopped ? nil : problem
        // A thread that hangs in a driver must not keep the process.
        if !outcome.leftBehind.isEmpty {
            if let failure { standardError(failure: failure) }
            _exit(failure == nil ? 0 : 1)
        }
        if let failure { throw CommandFailure(code: 1, message: failure) }
    }

    private func checked(_ configuration: Configuration, _ config: String) throws {
        let (first, reasons) = firstModel(of: configuration)
        let findings = configuration.findings(startingWith: first)
        guard findings.problems.isEmpty else {
            let problems = reasons + findings.problems
            throw CommandFailure(code: 2, message: problems.map { "\(config): \($0)" }.joined(separator: "\n"))
        }
        print(configuration.explanation(reasons + findings.notes, startingWith: first ?? configuration.modelFile))
    }

    /// The file of the bundle that a start would run, and why it is not the registry's current one.
    private func firstModel(of configuration: Configuration) -> (file: String?, reasons: [String]) {
        guard let folder = configuration.registry else { return (configuration.model, []) }
        var reasons: [String] = []
        do throws(LiveError) {
            let registry = try ModelRegistry(folder: folder)
            let file = try RegistryModels.firstFile(of: registry) { reasons.append("\($0)") }
            return (file ?? configuration.model, reasons)
        } catch {
            return (configuration.model, reasons + ["\(error)"])
        }
    }

    private static func time(_ text: String) throws -> Duration {
        guard let time = Duration(text: text) else {
            throw ValidationError("it must be a time with its unit, such as 90s or 10m.")
        }
        return time
    }
}
