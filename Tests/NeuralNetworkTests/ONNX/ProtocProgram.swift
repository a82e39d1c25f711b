import Foundation

/// Protobuf's own compiler, which also reads and writes messages by their description.
enum ProtocProgram {
    static let path = "/usr/bin/protoc"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    struct Failure: Error {
        var message: String
    }

    /// What it makes of a model's bytes after having read them.
    static func readAndWrittenAgain(_ bytes: [UInt8]) throws -> [UInt8] {
        [UInt8](try run("--encode", on: try run("--decode", on: Data(bytes))))
    }

    private static func run(_ option: String, on input: Data) throws -> Data {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("camber-onnx-\(UUID().uuidString)")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let (process, output, errors) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["\(option)=onnx.ModelProto", "--proto_path=\(folder)", "onnx.proto"]
        process.standardInput = try FileHandle(forReadingFrom: file)
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(message: String(decoding: complaint, as: UTF8.self)) }
        return answer
    }
}
