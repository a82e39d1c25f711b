import ArgumentParser
import NeuralNetwork

/// How many threads compute, where it is not left to the machine.
struct ThreadsOption: ParsableArguments {
    @Option(help: "Threads that compute, the calling one included.") var threads = 2

    func validate() throws { try Self.validate(threads) }

    static func validate(_ threads: Int) throws {
        guard (1...64).contains(threads) else { throw ValidationError("--threads \(threads): it must be from 1 to 64.") }
    }

    func workers() throws -> WorkerPool { try WorkerPool(threads: threads) }
}
