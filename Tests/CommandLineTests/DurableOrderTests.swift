import Foundation
import TestSupport
import Testing

/// What the kernel is told, in its order: a power cut after the answer must find the model. Needs strace, and leave to trace.
struct DurableOrderTests {
    private let temporary = try! TestFolder()
    private static let strace = ["/usr/bin/strace", "/bin/strace"].first { FileManager.default.isExecutableFile(atPath: $0) }

    private static func trace(_ arguments: [String], into file: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(strace))
        process.arguments =
            ["-f", "-y", "-e", "trace=fsync,fdatasync,rename,write", "-o", file, try BuiltProgram.file().path] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private static var mayTrace: Bool {
        guard strace != nil else { return false }
        return (try? trace(["--version"], into: "/dev/null")) == 0
    }

    @Test(.enabled(if: mayTrace, "strace is not there, or not allowed"))
    func aModelIsOnTheDiskBeforeItsAdditionIsTold() throws {
        let (registry, file) = (temporary.file("models"), temporary.file("trace"))
        try FileManager.default.createDirectory(atPath: registry, withIntermediateDirectories: true)
        let model = URL(fileURLWithPath: BuiltProgram.model).deletingLastPathComponent().path + "/synthetic-weak.safetensors"
        #expect(try Self.trace(["models", "add", model, "--registry", registry, "--promote"], into: file) == 0)
        let calls = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
        let answer = try #require(calls.firstIndex { $0.contains("write(1<") })
        for name in ["000001.safetensors", "000001.json", "current"] {
            // The last change of each name before the answer.
            let named = try #require(
                calls[..<answer].lastIndex { $0.contains("rename(") && $0.contains(", \"\(registry)/\(name)\")") }, "\(name)")
            #expect(
                calls[named..<answer].contains { $0.contains("fsync(") && $0.contains("<\(registry)>)") }, "\(name): its folder")
        }
        for name in ["000001.safetensors", "000001.json"] {
            let named = try #require(calls.firstIndex { $0.contains("rename(") && $0.contains(", \"\(registry)/\(name)\")") })
            #expect(calls[..<named].contains { $0.contains("fsync(") && $0.contains("partial-\(name)") }, "\(name): its content")
        }
    }

    @Test(.enabled(if: mayTrace, "strace is not there, or not allowed"))
    func aCamerasSidecarGoesToTheDiskAsItsVideoDoes() throws {
        let (config, file) = (temporary.file("camber.yaml"), temporary.file("trace"))
        // Ten seconds at ten frames a second, as fast as they go.
        try SampleVideo.make(temporary.url.appendingPathComponent("drive.mp4"), frames: 100)
        let yaml = """
            source: {location: drive.mp4}
            model: \(BuiltProgram.model)
            size: 64x48
            outputs:
              - {kind: masks, file: masks.mkv, sidecar: true}
            """
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: config))
        #expect(try Self.trace(["run", "--config", config], into: file) == 0)
        let calls = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        #expect(calls.contains { $0.contains("fdatasync(") && $0.contains(".partial.jsonl>") })
    }
}
