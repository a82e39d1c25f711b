import Foundation
import Live
import Testing

@Suite final class ConfigurationTests {
    /// A folder with everything that a configuration refers to.
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("camber-configuration-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["model.safetensors", "drive.mp4"] { try Data().write(to: folder.appendingPathComponent(name)) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func read(_ yaml: String) throws -> Configuration {
        try Configuration(yaml: yaml, file: folder.appendingPathComponent("camber.yaml").path)
    }

    private func problems(_ yaml: String) throws -> [ConfigurationError.Problem] {
        let error = try #require(throws: ConfigurationError.self) { try read(yaml) }
        return error.problems
    }

    @Test func aFullFileIsReadWhole() throws {
        let configuration = try read(
            """
            source:
              location: rtsp://camera/stream
              stall_timeout: 2s
              reconnect_after: 200ms
              reconnect_at_most: 1m
            model: model.safetensors
            size: 320x240
            fps: 12.5
            threads: 3
            outputs:
              - kind: overlay
                file: drive-out.mp4
                segment: 10m
              - kind: picture
                file: now.jpg
                every: 500ms
            status:
              socket: none
            log:
              level: warning
            """)
        #expect(configuration.source.location == "rtsp://camera/stream")
        #expect(configuration.source.effectivePace == .live)
        #expect(configuration.source.stallTimeout == .seconds(2))
        #expect(configuration.source.reconnectAfter == .milliseconds(200))
        #expect(configuration.source.reconnectAtMost == .seconds(60))
        #expect(configuration.model == folder.appendingPathComponent("model.safetensors").path)
        #expect(configuration.size?.width == 320 && configuration.size?.height == 240)
        #expect(configuration.rate == 12.5)
        #expect(configuration.threads == 3)
        #expect(configuration.outputs.map(\.kind) == [.overlay, .picture])
        #expect(configuration.outputs[0].segment == .seconds(600))
        #expect(configuration.outputs[1].every == .milliseconds(500))
        #expect(configuration.statusSocket == nil)
        #expect(configuration.logLevel == .warning)
    }

    @Test func aRecordingGivesEveryFrameUnlessItPlaysTheCamera() throws {
        let every = try read("source:\n  location: drive.mp4\nmodel: model.safetensors")
        #expect(every.source.effectivePace == .everyFrame)
        #expect(every.rate == nil)
        let camera = try read("source:\n  location: drive.mp4\n  pace: source\nmodel: model.safetensors")
        #expect(camera.source.effectivePace == .source)
    }

    @Test func anUnknownKeyIsNamedWithItsLineAndTheNearestOne() throws {
        let found = try problems("source:\n  location: drive.mp4\n  pase: source\nmodel: model.safetensors\nthread: 2")
        #expect(found.map(\.line) == [3, 5])
        #expect(found[0].text.contains("source.pase") && found[0].remedy.contains("'source.pace'"))
        #expect(found[1].text.contains("thread") && found[1].remedy.contains("'threads'"))
    }

    @Test func allProblemsAreNamedAtOnce() throws {
        let found = try problems(
            """
            source:
              location: missing.mp4
              stall_timeout: 5
            model: nowhere.safetensors
            size: big
            fps: -3
            threads: many
            outputs:
              - kind: overlai
                file: out.mp4
              - kind: masks
                file: /nowhere/masks.mkv
            log:
              level: loud
            """)
        #expect(found.map(\.line) == [2, 3, 4, 5, 6, 7, 9, 12, 14])
        #expect(found[0].text.contains("missing.mp4"))
        #expect(found[1].remedy.contains("500ms"))
        #expect(found[3].remedy.contains("480x360"))
        #expect(found[6].remedy.contains("'overlay'"))
        #expect(found[7].text.contains("/nowhere"))
    }

    @Test(arguments: [
        "", "just words", "- a\n- list", "source: drive.mp4\nmodel: model.safetensors", "source:\n  location: drive.mp4",
        "model: model.safetensors", "source:\n  location: [1, 2]\nmodel: model.safetensors", "a: {b: [c",
        "source:\n\tlocation: x",
        "source:\n  location: drive.mp4\nmodel:\n", "source:\n  location: drive.mp4\nmodel: ~",
        "source:\n  location: drive.mp4\nmodel: model.safetensors\noutputs: overlay",
        "source:\n  location: drive.mp4\nmodel: model.safetensors\nfps: nan",
        "source:\n  location: drive.mp4\nmodel: model.safetensors\noutputs:\n  - kind: overlay\n    file: out.gif",
    ])
    func wrongFilesGetAnError(yaml: String) throws {
        let found = try problems(yaml)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { !$0.text.isEmpty })
    }

    @Test func aKeyThatIsThereTwiceIsAnError() throws {
        let found = try problems("model: model.safetensors\nsource:\n  location: drive.mp4\nmodel: other.safetensors")
        #expect(found.count == 1)
        #expect(found[0].text.contains("'model'"))
    }

    @Test func deepNestingIsAnErrorNotACrash() throws {
        #expect(try !problems(String(repeating: "[", count: 30_000)).isEmpty)
    }

    @Test func problemsReadLikeACompilers() throws {
        let error = try #require(throws: ConfigurationError.self) { try read("modle: x") }
        #expect(error.description.contains("camber.yaml:1: 'modle' is not known. Did you mean 'model'?"))
    }

    @Test func filesThatAreNoTextAreNamed() throws {
        let file = folder.appendingPathComponent("binary.yaml")
        try Data([0xff, 0xfe, 0x00, 0x80]).write(to: file)
        let error = try #require(throws: ConfigurationError.self) { try Configuration(contentsOf: file.path) }
        #expect(error.description.contains("UTF-8"))
        let missing = try #require(throws: ConfigurationError.self) { try Configuration(contentsOf: "/nowhere/camber.yaml") }
        #expect(missing.description.contains("No such file"))
    }

    /// What is shipped must be right; only what names this machine's own places may be missing here.
    @Test func everyShippedConfigurationIsInOrder() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let configs = root.appendingPathComponent("configs")
        let names = try FileManager.default.contentsOfDirectory(atPath: configs.path).filter { $0.hasSuffix(".yaml") }
        #expect(names.count >= 2)
        for name in names {
            do throws(ConfigurationError) {
                _ = try Configuration(contentsOf: configs.appendingPathComponent(name).path)
            } catch {
                let real = error.problems.filter {
                    !$0.text.contains("cannot be written to") && !$0.text.contains("cannot be read")
                }
                #expect(real.isEmpty, "\(error)")
            }
        }
    }
}
