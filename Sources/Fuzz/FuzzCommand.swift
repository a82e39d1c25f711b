import ArgumentParser
import Foundation
import Threads

/// Feeds damaged inputs to every place where bytes from outside come in.
@main
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camber-fuzz",
        abstract: "Feed damaged inputs to every place where bytes from outside come in.",
        discussion: "Exits with 1 where an input traps, hangs or takes more than 2 GB; the input is kept.",
        subcommands: [Run.self, Replay.self, Work.self], defaultSubcommand: Run.self)

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Feed many inputs, samples first.")

        @Option(help: ArgumentHelp("Only this surface. Repeat for several.", valueName: "name")) var surface: [String] = []
        @Option(help: "Inputs for each surface.") var inputs = 1000
        @Option(help: "At most so many seconds for each surface.") var seconds: Double?
        @Option(help: "Another one gives other inputs.") var seed: UInt64 = 1
        @Option(help: "The samples, a folder for each surface.") var corpus = "Tests/Corpus"
        @Option(help: "Where inputs are kept that were too much.") var out = ".fuzz"

        func run() throws {
            let kinds = try surface.isEmpty ? SurfaceKind.all : surface.map(SurfaceKind.named)
            print("surface              inputs  accepted  inputs/s  memory  faults")
            var isRight = true
            for kind in kinds {
                let outcome = try Campaign(
                    kind: kind, corpus: corpus, seed: seed, inputs: inputs, seconds: seconds, faultFolder: out
                ).run()
                let share = 100 * Double(outcome.accepted) / Double(max(1, outcome.inputs))
                let rate = Double(outcome.inputs) / max(outcome.seconds, 1e-3)
                let figures = String(
                    format: "%8ld %8.1f%% %9.0f %4ld MB %7ld", outcome.inputs, share, rate, outcome.memory / 1_048_576,
                    outcome.faults.count)
                print(kind.name.padding(toLength: 18, withPad: " ", startingAt: 0), figures)
                for fault in outcome.faults { print("  \(fault.file) \(fault.what)") }
                fflush(nil)
                isRight = isRight && outcome.faults.isEmpty
            }
            if !isRight { throw ExitCode(1) }
        }
    }

    /// In this process, so that a debugger sees where it ends.
    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Feed one kept input, in this process, and say what comes of it.")

        @Argument(help: "The surface.") var surface: String
        @Argument(help: "The input.") var file: String

        func run() throws {
            let scratch = try ScratchFolder()
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            do {
                try SurfaceKind.named(surface).make(scratch).feed(bytes)
                print("Accepted.")
            } catch {
                print("Refused: \(error)")
            }
        }
    }

    struct Work: ParsableCommand {
        static let configuration = CommandConfiguration(shouldDisplay: false)

        @Argument var surface: String
        @Option var corpus: String
        @Option var seed: UInt64
        @Option var first: Int
        @Option var inputs: Int
        @Option var seconds: Double?
        @Option var progress: String

        func run() throws {
            let kind = try SurfaceKind.named(surface)
            let mutator = try kind.mutator(corpus: corpus, seed: seed)
            let scratch = try ScratchFolder()
            let surface = try kind.make(scratch)
            let descriptor = open(progress, O_WRONLY | O_CLOEXEC)
            defer { close(descriptor) }
            let end = seconds.map { MonotonicClock.now + .seconds(nearest: $0) }
            var state = FuzzProgress()
            for number in first..<inputs {
                state.next = number
                state.write(to: descriptor)
                do {
                    try surface.feed(mutator.input(number))
                    state.accepted += 1
                } catch {}
                if let end, MonotonicClock.now >= end {
                    state.next = number + 1
                    return state.write(to: descriptor)
                }
            }
            state.next = inputs
            state.write(to: descriptor)
        }
    }
}

extension SurfaceKind {
    static func named(_ name: String) throws -> SurfaceKind {
        guard let kind = all.first(where: { $0.name == name }) else {
            throw ValidationError("There is no surface \(name); there are \(all.map { $0.name }.joined(separator: ", ")).")
        }
        return kind
    }
}
