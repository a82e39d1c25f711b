import Foundation
import TestSupport

/// One run of the camber that was built with these tests, from outside, as a person would.
final class BuiltProgram {
    let process = Process()
    private let folder = try! TestFolder()
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let model = root.appendingPathComponent("samples/models/camvid.safetensors").path

    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Starts it at once; its words go to files, so that nothing blocks.
    init(_ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil, directory: URL? = nil) throws {
        process.executableURL = try Self.file()
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = directory }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input ?? FileHandle.nullDevice as Any
        process.standardOutput = try Self.file(folder.url.appending(path: "output"))
        process.standardError = try Self.file(folder.url.appending(path: "errors"))
        try process.run()
    }

    /// It lies beside the test bundle.
    static func file() throws -> URL {
        URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent().appendingPathComponent("camber")
    }

    static func run(_ arguments: String...) throws -> Result {
        try BuiltProgram(arguments).finish()
    }

    /// Waits for its end; kills it after a minute, so that a hang fails one test instead of holding up all.
    func finish() throws -> Result {
        if !eventually(within: 60, { !process.isRunning }) { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: try text("output"), errors: try text("errors"))
    }

    /// What it has said so far.
    func text(_ name: String) throws -> String {
        String(decoding: try folder.bytes(of: name), as: UTF8.self)
    }

    private static func file(_ url: URL) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        return try FileHandle(forWritingTo: url)
    }
}

/// Waits for a condition, for at most `seconds`.
func eventually(within seconds: Double = 120, _ condition: () throws -> Bool) rethrows -> Bool {
    let limit = Date() + seconds
    while try !condition() {
        if Date() > limit { return false }
        Thread.sleep(forTimeInterval: 0.02)
    }
    return true
}
