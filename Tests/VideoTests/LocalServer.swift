import Foundation
import TestSupport
import Testing

/// A server on this machine, written in Python; gone with its last reference.
class LocalServer {
    private let process = Process()
    let address: String

    /// - Parameters:
    ///   - folder: where the program runs.
    ///   - program: serves HTTP, and prints its port first.
    init(_ folder: TestFolder, program: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 10, let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty { line += byte }
        let port = try #require(Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
        address = "http://127.0.0.1:\(port)/"
    }

    deinit { process.terminate() }
}
