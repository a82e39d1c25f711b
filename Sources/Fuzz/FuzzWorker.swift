import Foundation
import Threads

/// The process that feeds the inputs, seen from the one that watches it.
final class FuzzWorker {
    private let process = Process()
    private let progress: String
    /// Units: bytes, at most at any time so far.
    private(set) var peak = 0

    /// - Parameter seconds: after them it ends with the input that it is at.
    init(_ surface: String, _ corpus: String, _ seed: UInt64, _ numbers: Range<Int>, seconds: Double?) throws {
        progress = NSTemporaryDirectory() + "camber-fuzz-\(UUID().uuidString).progress"
        try Data().write(to: URL(fileURLWithPath: progress))
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments =
            [
                "work", surface, "--corpus", corpus, "--seed", String(seed), "--first", String(numbers.lowerBound), "--inputs",
                String(numbers.upperBound), "--progress", progress,
            ] + (seconds.map { ["--seconds", String($0)] } ?? [])
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { try? FileManager.default.removeItem(atPath: progress) }

    var isRunning: Bool { process.isRunning }

    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// How it ended, where that was not by itself.
    var failure: String? {
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal { return "ends the program by signal \(process.terminationStatus)" }
        return process.terminationStatus == 0 ? nil : "ends the program with \(process.terminationStatus)"
    }

    /// The input that it is at, and how many of those before were accepted.
    func result() -> FuzzProgress { FuzzProgress(contentsOf: progress) }

    var memory: Int {
        let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        peak = max(peak, kilobytes << 10)
        return peak
    }
}

/// How far a worker is: two numbers in a file, which outlives it.
struct FuzzProgress {
    var next = 0
    var accepted = 0

    init() {}

    init(contentsOf file: String) {
        let numbers = (FileManager.default.contents(atPath: file) ?? Data()).withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 7, by: 8).map { bytes.loadUnaligned(fromByteOffset: $0, as: Int.self) }
        }
        if numbers.count == 2 { (next, accepted) = (numbers[0], numbers[1]) }
    }

    func write(to descriptor: Int32) {
        withUnsafeBytes(of: (next, accepted)) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}
