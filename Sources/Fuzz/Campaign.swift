import Foundation
import Threads

/// Feeds a surface many inputs in a process of its own, which may die of one: the next goes on behind it.
struct Campaign {
    struct Outcome {
        var inputs = 0
        var accepted = 0
        var seconds = 0.0
        /// Units: bytes, at most at any time.
        var memory = 0
        /// The input's file, and what it did.
        var faults: [(file: String, what: String)] = []
    }

    let kind: SurfaceKind
    let corpus: String
    let seed: UInt64
    /// Inputs, the samples among them.
    let inputs: Int
    /// Units: seconds of the whole campaign.
    let seconds: Double?
    /// Where inputs that are too much for the surface are kept.
    let faultFolder: String

    /// Units: seconds that one input may take, on the slowest machine beside other work.
    private static let patience = 20.0
    /// Units: bytes.
    private static let largestMemory = 2 << 30
    /// A surface that fails each time has failed enough.
    private static let enoughFaults = 20

    func run() throws -> Outcome {
        let mutator = try kind.mutator(corpus: corpus, seed: seed)
        let start = MonotonicClock.now
        var outcome = Outcome()
        let count = max(inputs, mutator.samples.count)
        while outcome.inputs < count, outcome.faults.count < Self.enoughFaults {
            let left = seconds.map { $0 - (MonotonicClock.now - start).inSeconds }
            if let left, left <= 0 { break }
            let worker = try FuzzWorker(kind.name, corpus, seed, outcome.inputs..<count, seconds: left)
            let fault = watch(worker)
            let result = worker.result()
            outcome.inputs = result.next
            outcome.accepted += result.accepted
            outcome.memory = max(outcome.memory, worker.memory)
            guard let fault else { break }
            outcome.faults.append((try keep(mutator.input(result.next), result.next), fault))
            outcome.inputs += 1
        }
        outcome.seconds = (MonotonicClock.now - start).inSeconds
        return outcome
    }

    /// What is wrong with the input that the worker was at; nil where it came to its end.
    private func watch(_ worker: FuzzWorker) -> String? {
        var (number, since) = (-1, MonotonicClock.now)
        while worker.isRunning {
            let now = worker.result().next
            if now != number { (number, since) = (now, MonotonicClock.now) }
            if (MonotonicClock.now - since).inSeconds > Self.patience {
                worker.kill()
                return "hangs: nothing came of it in \(Int(Self.patience)) seconds"
            }
            if worker.memory > Self.largestMemory {
                worker.kill()
                return "takes \(worker.memory >> 20) MB of memory"
            }
            _ = StopSignal().wait(until: MonotonicClock.now + .milliseconds(20))
        }
        return worker.failure
    }

    private func keep(_ input: [UInt8], _ number: Int) throws -> String {
        try FileManager.default.createDirectory(atPath: faultFolder, withIntermediateDirectories: true)
        let file = "\(faultFolder)/\(kind.name)-\(seed)-\(number)"
        try Data(input).write(to: URL(fileURLWithPath: file))
        return file
    }
}
