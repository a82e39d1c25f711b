import Foundation
import TestSupport
import Testing

/// `run --check`: 'is in order' only of what can start, and a reason for everything else.
@Suite final class CheckCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }
    private let config: URL

    init() throws {
        config = temporary.url.appendingPathComponent("camber.yaml")
        try SampleVideo.make(folder.appendingPathComponent("drive.mp4"), frames: 5)
    }

    private func check(
        location: String = "drive.mp4", model: String = BuiltProgram.model, _ rest: String = ""
    ) throws -> BuiltProgram.Result {
        let yaml = "source: {location: \"\(location)\"}\nmodel: \(model)\nsize: 64x48\nstatus: {socket: none}\n\(rest)"
        try Data(yaml.utf8).write(to: config)
        return try BuiltProgram.run("run", "--config", config.path, "--check")
    }

    private func refuses(_ result: BuiltProgram.Result, _ reason: String) {
        #expect(result.status == 2 && !result.output.contains("in order"), "\(result.output)")
        #expect(result.errors.contains(reason), "\(result.errors)")
    }

    @Test func whatCanRunIsInOrder() throws {
        let result = try check()
        #expect(result.status == 0 && result.output.contains("camber.yaml is in order."), "\(result.output) \(result.errors)")
    }

    @Test func modelsAreOpened() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: BuiltProgram.model))
        try whole.prefix(whole.count / 2).write(to: folder.appendingPathComponent("cut.safetensors"))
        try refuses(check(model: "cut.safetensors"), "cut.safetensors")
        try refuses(check(model: "drive.mp4"), "drive.mp4")
        try Data().write(to: folder.appendingPathComponent("empty.safetensors"))
        try refuses(check(model: "empty.safetensors"), "empty.safetensors")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("models"), withIntermediateDirectories: true)
        try refuses(check(model: "cut.safetensors", "registry: models"), "cut.safetensors")
        try refuses(check("spool: {folder: spool}\ngate: {rare: [pedestrians]}"), "'pedestrians', which is no class")
        #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("spool").path), "a check changes nothing")
    }

    @Test func aRegistryThatIsOutOfOrderIsCheckedAsItStarts() throws {
        let (models, current) = (temporary.file("models"), temporary.file("models/current"))
        try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: current, withDestinationPath: "/other.safetensors")
        let foreign = try check("registry: models")
        #expect(foreign.status == 0 && foreign.output.contains("can be run, but"), "\(foreign.errors)")
        #expect(foreign.output.contains("/other.safetensors") && foreign.output.contains("Model: \(BuiltProgram.model)"))
        try FileManager.default.removeItem(atPath: current)
        _ = try BuiltProgram.run("models", "add", BuiltProgram.model, "--registry", models, "--promote")
        #expect(try check("registry: models").output.contains("Model: \(models)/000001.safetensors"))
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: models + "/000001.safetensors"))
        let damaged = try check("registry: models")
        #expect(damaged.status == 0 && damaged.output.contains("000001.safetensors"), "\(damaged.output) \(damaged.errors)")
    }

    @Test func aSocketsPlaceThatIsTakenIsRefused() throws {
        let yaml = "source: {location: drive.mp4}\nmodel: \(BuiltProgram.model)\nstatus: {socket: \(temporary.path)}\n"
        try Data(yaml.utf8).write(to: config)
        refuses(try BuiltProgram.run("run", "--config", config.path, "--check"), "is no socket")
    }

    @Test func addressesAreTakenApart() throws {
        for (location, reason) in [
            ("srt://127.0.0.1:9", "not a protocol"), ("rtsp://", "no host"), ("rtsp://cam:pw@/x", "no host"),
            ("rtsp://host:99999/x", "a port that is none"), ("rtsp://host:port/x", "a port that is none"),
            ("rtsp://cam:p/w@host/x", "%2F"), ("rtsp://cam:p#w@host/x", "%23"), ("rtsp:/host/x", "cannot be read"),
        ] {
            let result = try check(location: location)
            refuses(result, reason)
        }
        for location in ["RTSP://host/x", "rtsp://cam:p%2Fw@[fe80::1]:554/x", "udp://239.0.0.1:1234"] {
            #expect(try check(location: location).status == 0, "\(location)")
        }
        let odd = try check(location: "http://host/@cam/x")
        #expect(odd.status == 0 && odd.output.contains("can be run, but") && odd.output.contains("%40"))
    }

    @Test func recordingsAreOpenedAndDevicesLookedFor() throws {
        try Data("no video".utf8).write(to: folder.appendingPathComponent("text.mp4"))
        try refuses(check(location: "text.mp4"), "text.mp4")
        let camera = try check(location: "/dev/video-none")
        #expect(camera.status == 0 && camera.output.contains("can be run, but") && camera.output.contains("/dev/video-none"))
    }

    @Test func whatTheLearnerLacksIsSaid() throws {
        let result = try check(
            "registry: models\nspool: {folder: spool}\nlearn: {labeled: 'camvid:none', held_out: 'folder:none', recipe: none.yaml, work: work}"
        )
        #expect(result.status == 0 && !result.output.contains("in order"))
        #expect(result.output.components(separatedBy: "no cycle of learning runs").count == 4, "\(result.output)")
    }

    @Test func aRecipeThatUndoesTheModelIsSaidAndOneMissingDataSetOnce() throws {
        let result = try check(
            "registry: models\nspool: {folder: spool}\nlearn: {labeled: 'folder:none', held_out: 'folder:none', recipe: camvid-quick, work: work}"
        )
        #expect(result.status == 0 && result.output.contains("meant for random weights"), "\(result.output)")
        #expect(result.output.components(separatedBy: "no cycle of learning runs").count == 2, "\(result.output)")
    }

    @Test func secretsThatEverybodyReadsAreSaid() throws {
        let token = folder.appendingPathComponent("token").path
        try Data("0123456789abcdef0123\n".utf8).write(to: URL(fileURLWithPath: token))
        for (mode, count) in [(0o644, 2), (0o640, 0)] {
            chmod(token, mode_t(mode))
            let text =
                "source: {location: 'rtsp://cam:Zq9@127.0.0.1:9/x'}\nmodel: \(BuiltProgram.model)\nstatus: {socket: none}\n"
            try Data((text + "dashboard: {address: '127.0.0.1:1', token_file: token}\n").utf8).write(to: config)
            chmod(config.path, mode_t(mode))
            let result = try BuiltProgram.run("run", "--config", config.path, "--check")
            #expect(result.status == 0 && result.output.components(separatedBy: "all users may read it").count == count + 1)
            #expect(!result.output.contains("Zq9"))
        }
    }
}
