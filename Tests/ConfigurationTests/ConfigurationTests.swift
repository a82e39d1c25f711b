import Configuration
import Foundation
import RoadScenes
import TestSupport
import Testing

@Suite final class ConfigurationTests {
    /// A folder with everything that a configuration refers to.
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    init() throws {
        for name in ["model.safetensors", "drive.mp4"] { try Data().write(to: folder.appendingPathComponent(name)) }
    }

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

    @Test func aStreamAndARateCanBeChosen() throws {
        let source = try read("source: {location: drive.mp4, stream: 2, rate: 12.5}\nmodel: model.safetensors").source
        #expect(source.stream == 2 && source.rate == 12.5)
        for wrong in ["stream: 0", "stream: back", "rate: 0", "rate: 1e300", "rate: nan"] {
            let found = try problems("source: {location: drive.mp4, \(wrong)}\nmodel: model.safetensors")
            #expect(found.count == 1 && found[0].text.contains(wrong.split(separator: ":")[0]), "\(wrong)")
        }
    }

    @Test func schemesHaveNoCase() throws {
        #expect(try read("source: {location: 'RTSP://camera/a'}\nmodel: model.safetensors").source.effectivePace == .live)
        let drive = "FILE://\(folder.path)/drive.mp4"
        #expect(try read("source: {location: '\(drive)'}\nmodel: model.safetensors").source.effectivePace == .everyFrame)
        #expect(try problems("source: {location: '\(drive).none'}\nmodel: model.safetensors").count == 1)
    }

    @Test(arguments: [
        "fps: 1e-10", "fps: 1e10", "fps: inf", "fps: -0", "fps: 0x1p-40", "fps: 0.0009", "size: 99999999999999999999x1",
        "size: 1x1",
        "threads: 0", "threads: 9223372036854775808", "probation: 1e30s", "probation: 0.1s", "probation: 999999999999h",
        "outputs: [{kind: picture, file: now.jpg, every: 1ms}]", "outputs: [{kind: overlay, file: o.mp4, segment: 1e9h}]",
        "spool: {folder: s, size: 999999999999999999TB}", "spool: {folder: s, size: 1e30GB}", "spool: {folder: s, size: 2000TB}",
        "spool: {folder: s, items: -1}", "spool: {folder: s, keep_free: -1GB}", "spool: {folder: s}\ngate: {every: 1ms}",
        "spool: {folder: s}\ngate: {threshold: 1.01}", "spool: {folder: s}\ngate: {cpu: 0.0001}",
        "dashboard: {address: '127.0.0.1:99999999999999999999'}",
    ])
    func numbersOutOfTheirRangeAreNamed(line: String) throws {
        let found = try problems("source: {location: drive.mp4}\nmodel: model.safetensors\n\(line)")
        #expect(found.count == 1 && (found.first?.line ?? 0) >= 3, "\(found)")
    }

    @Test(arguments: ["1e-10s", "1e30s", "0s", "2h", "never"])
    func timesOfTheSourceHaveARangeToo(time: String) throws {
        for key in ["stall_timeout", "reconnect_after", "reconnect_at_most", "frozen_after"] {
            let found = try problems("source:\n  location: drive.mp4\n  \(key): \(time)\nmodel: model.safetensors")
            #expect(found.map(\.line) == [3])
        }
        let camera = try problems("source:\n  location: drive.mp4\n  camera: {fps: 1e-10}\nmodel: model.safetensors")
        #expect(camera.map(\.line) == [3])
    }

    @Test func aFrozenPictureCanBeLeftAlone() throws {
        func after(_ line: String) throws -> Duration {
            try read("source:\n  location: drive.mp4\n\(line)\nmodel: model.safetensors").source.frozenAfter
        }
        #expect(try after("") == .seconds(10))
        #expect(try after("  frozen_after: 1m") == .seconds(60))
        #expect(try after("  frozen_after: none") == .zero)
    }

    @Test func moreOutputsThanThereCanBeAreNamed() throws {
        let outputs = (0..<500).map { "  - {kind: picture, file: \($0).jpg}" }.joined(separator: "\n")
        let found = try problems("source: {location: drive.mp4}\nmodel: model.safetensors\noutputs:\n\(outputs)")
        #expect(found.contains { $0.text.contains("500 entries") })
    }

    @Test(arguments: [
        "source: rtsp://cam:Zq9@host/x", "source: {rtsp://cam:Zq9@host/x: 1}", "source: [rtsp://cam:Zq9@host/x]",
        "source: {location: {rtsp://cam:Zq9@host/x}}", "source: {location: 'cam:Zq9@host/x'}",
        "source: {location: 'rtsp:/cam:Zq9@host/x'}",
        "source: {location: drive.mp4, pace: 'rtsp://cam:Zq9@host/x'}",
        "source: {location: drive.mp4}\nfps: rtsp://cam:Zq9@host/x",
        "source: {location: drive.mp4}\nrtsp://cam:Zq9@host/x: 1", "source: {location: 'rtsp://cam:Zq9@host/x",
        "source: {location: \"rtsp://cam:Zq9\u{0}@host/x\"}", "a: 1\nrtsp://cam:Zq9@host/x: 1\nrtsp://cam:Zq9@host/x: 1",
    ])
    func passwordsAreNotInWhatIsWrong(yaml: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try self.read(yaml + "\nmodel: model.safetensors") }
        #expect(!error.description.contains("Zq9"), "\(error)")
    }

    @Test func aPipeThatNobodyWritesToIsNoConfiguration() throws {
        let path = folder.appendingPathComponent("pipe.yaml").path
        #expect(mkfifo(path, 0o600) == 0)
        let began = ContinuousClock.now
        let error = try #require(throws: ConfigurationError.self) { try Configuration(contentsOf: path) }
        #expect(error.description.contains("empty") && began.duration(to: .now) < .seconds(20))
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
                file: /nowhere/deeper/masks.mkv
              - kind: picture
                file: now.jpg
              - {kind: picture, file: now.jpg}
            log:
              level: loud
            """)
        #expect(found.map(\.line) == [2, 3, 4, 5, 6, 7, 9, 12, 15, 17])
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

    private let vehicle = """
        source:
          location: drive.mp4
        registry: models
        model: model.safetensors
        probation: 5m
        gate:
          every: 2s
          threshold: 80%
          selected: 0.25
          difference: 0.05
          cpu: 5%
          rare: [pedestrian, bicyclist]
        spool:
          folder: spool
          size: 1.5GB
          items: 300
          keep_free: 512MiB
          rare_items: 20
        learn:
          labeled: camvid:data
          held_out: folder:/data/held
          recipe: recipes/own.yaml
          epochs: 3
          every: 24h
          threads: 2
          memory: 1GB
          least_items: 10
          threshold: 0.6
          margin: 0.01
          class_limit: 5%
          work: work
        """

    @Test func theSectionsOfTheClosedLoopAreReadWhole() throws {
        let configuration = try read(vehicle)
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        #expect(configuration.registry == path("models") && configuration.probation == .seconds(300))
        #expect(configuration.modelFile == path("models/current") && configuration.model == path("model.safetensors"))
        let gate = try #require(configuration.gate)
        #expect(gate.every == .seconds(2) && gate.selection == PixelSelection(threshold: 0.8))
        #expect(gate.selected == 0.25 && gate.difference == 0.05 && gate.cpu == 0.05 && gate.rare == ["pedestrian", "bicyclist"])
        let spool = try #require(configuration.spool)
        #expect(spool.folder == path("spool") && spool.size == 1_500_000_000 && spool.items == 300)
        #expect(spool.keepFree == 512 << 20 && spool.rareItems == 20)
        let learn = try #require(configuration.learn)
        #expect(
            learn.labeled == DatasetLocation(.camvid, path("data")) && learn.heldOut == DatasetLocation(.folder, "/data/held"))
        #expect(
            learn.recipe == path("recipes/own.yaml") && learn.work == path("work")
                && learn.selection == PixelSelection(threshold: 0.6))
        #expect(learn.epochs == 3 && learn.every == .seconds(86400) && learn.threads == 2 && learn.memory == 1_000_000_000)
        #expect(learn.leastItems == 10 && learn.margin == 0.01 && learn.classLimit == 0.05)
    }

    @Test(arguments: [
        ("folder: spool", "folder: $HOME/spool"), ("registry: models", "registry: ${DATA}/models"),
        ("work: work", "work: $WORK"), ("camvid:data", "camvid:$HOME/data"),
        ("folder:/data/held", "folder:${HOME}/held"), ("recipes/own.yaml", "$HOME/own.yaml"),
        ("location: drive.mp4", "location: $HOME/drive.mp4"),
    ])
    func variablesAreNotFilledIn(was: String, now: String) throws {
        let text = vehicle.replacing(was, with: now)
        let found = try problems(text)
        #expect(found.count == 1 && found.first?.text.contains("begins with the variable $") == true, "\(found)")
        #expect(found.first?.remedy == "Write the path out.")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(found.first?.line.map { lines[$0 - 1].contains(now) } == true, "\(found)")
    }

    @Test func outputsAndSocketsHaveNoVariablesEither() throws {
        let start = "source: {location: drive.mp4}\nmodel: model.safetensors\n"
        for part in ["outputs: [{kind: overlay, file: $HOME/out.mp4}]", "status: {socket: $XDG_RUNTIME_DIR/camber.sock}"] {
            let found = try problems(start + part)
            #expect(found.count == 1 && found.first?.line == 3 && found.first?.text.contains("begins with") == true, "\(found)")
        }
        // What is there by that name is meant; so is what merely has the sign.
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("$data"), withIntermediateDirectories: true)
        for path in ["$data/spool", "$", "$5/spool", "a$HOME"] {
            let configuration = try read(start + "spool: {folder: '\(path)'}")
            #expect(configuration.spool?.folder == folder.appendingPathComponent(path).path)
        }
    }

    @Test func aRegistryNeedsNoModel() throws {
        let configuration = try read("source:\n  location: drive.mp4\nregistry: models")
        #expect(configuration.model == nil && configuration.modelFile.hasSuffix("models/current"))
        #expect(configuration.gate == nil && configuration.spool == nil && configuration.learn == nil)
    }

    @Test(arguments: [
        ("1.5GB", "1.5 GB", "size: 1.5 GB", 15, "500MB"), ("80%", "180%", "threshold: 180%", 8, "70%"),
        ("cpu: 5%", "cpu: 0%", "cpu: 0%", 11, "from 1%"), ("24h", "24", "every: 24", 24, "unit"),
        ("camvid:data", "kitti:data", "kitti", 20, "cityscapes"), ("[pedestrian, bicyclist]", "pedestrian", "a list", 12, "[one"),
        ("rare_items: 20", "rare_items: -1", "-1", 18, "from 0"), ("margin:", "margn:", "margn", 29, "learn.margin"),
        ("memory: 1GB", "memory: 1", "memory", 26, "100MB"), ("probation: 5m", "probation: 0s", "probation", 5, "1s"),
    ])
    func whatIsWrongInThemIsNamedWithItsLine(was: String, now: String, named: String, line: Int, advice: String) throws {
        let found = try problems(vehicle.replacing(was, with: now))
        #expect(found.map(\.line) == [line], "\(found)")
        let words = named.split(separator: ": ").last ?? ""
        #expect(found.first?.text.contains(words) == true && found.first?.remedy.contains(advice) == true, "\(found)")
    }

    @Test func theLearnerNeedsItsSpoolAndRegistry() throws {
        let learn = "learn:\n  labeled: camvid:a\n  held_out: camvid:a\n  work: w"
        let found = try problems("source:\n  location: drive.mp4\nmodel: model.safetensors\n\(learn)")
        #expect(found.count == 2 && found.allSatisfy { $0.line == 5 || $0.line == 4 })
        #expect(found.contains { $0.text.contains("needs 'spool'") } && found.contains { $0.text.contains("needs 'registry'") })
        let gate = try problems("source:\n  location: drive.mp4\nmodel: model.safetensors\ngate: {every: 1s}")
        #expect(gate.map(\.text).first?.contains("'gate' needs 'spool'") == true)
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

    @Test func recordingsHaveLimits() throws {
        let configuration = try read(
            """
            source: {location: drive.mp4}
            model: model.safetensors
            outputs:
              - {kind: overlay, file: front.mp4, segment: 10m, size: 20GB, age: 168h, keep_free: 2GB}
              - {kind: masks, file: masks/, segment: 10m, size: 20GB}
              - {kind: overlay, file: all.mp4}
            """)
        #expect(configuration.outputs[0].limits == .init(size: 20_000_000_000, age: .seconds(604_800), keepFree: 2_000_000_000))
        #expect(configuration.outputs[1].limits == .init(size: 20_000_000_000))
        #expect(configuration.outputs[2].limits.isEmpty)
    }

    @Test(arguments: [
        ("{kind: overlay, file: front.mp4, size: 20GB}", "only one"), ("{kind: picture, file: a.jpg, age: 2h}", "only one"),
        ("{kind: overlay, file: front.mp4, segment: 1m, size: lots}", "'lots'"),
        ("{kind: overlay, file: folder.mp4}", "is a folder"),
        ("{kind: overlay, file: drive.mp4}", "is the source"), ("{kind: overlay, file: none/none/a.mp4}", "cannot be written to"),
        ("{kind: overlay, file: a.mp4}, {kind: overlay, file: ./folder.mp4/../a.mp4}", "Two outputs"),
        ("{kind: overlay, file: /proc/a.mp4}", "cannot be written to"),
    ])
    func outputsThatCannotBeAreFoundBeforeTheStart(output: String, words: String) throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("folder.mp4"), withIntermediateDirectories: true)
        let problems = try problems("source: {location: drive.mp4}\nmodel: model.safetensors\noutputs: [\(output)]\n")
        #expect(problems.contains { $0.text.contains(words) && $0.line == 3 }, "\(problems)")
    }

    @Test func onlyTheDiskOfAnOutputMayComeLater() throws {
        let head = "source: {location: drive.mp4}\nmodel: model.safetensors\noutputs: [{kind: picture, file: "
        let configuration = try Configuration(
            yaml: head + "none/none/a.jpg}]\n", file: folder.path + "/a.yaml", outputsMayWait: true)
        #expect(configuration.outputs.count == 1 && configuration.unwritable.map(\.line) == [3], "\(configuration.unwritable)")
        for file in ["drive.mp4/a.jpg", "/dev/null", "none/none/a.txt", "drive.mp4"] {
            #expect(throws: ConfigurationError.self, "\(file)") {
                try Configuration(yaml: head + file + "}]\n", file: folder.path + "/a.yaml", outputsMayWait: true)
            }
        }
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
