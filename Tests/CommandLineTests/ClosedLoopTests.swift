import Foundation
import Live
import Status
import TestSupport
import Testing

/// Gate, registry and learner around the daemon, from outside.
@Suite final class ClosedLoopTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }
    private let config: URL
    private var socket: String { folder.appendingPathComponent("status.sock").path }

    init() throws {
        config = temporary.url.appendingPathComponent("camber.yaml")
        let samples = URL(fileURLWithPath: BuiltProgram.model).deletingLastPathComponent().deletingLastPathComponent()
        let yaml = """
            source: {location: \(samples.path)/drive.mp4, pace: source, repeat: true}
            registry: models
            model: \(BuiltProgram.model)
            size: 64x48
            status: {socket: status.sock}
            gate: {every: 100ms, threshold: 0, selected: 0, difference: 0, cpu: 100%}
            spool: {folder: spool, keep_free: 0MB}
            learn: {labeled: "camvid:none", held_out: "camvid:none", work: work}
            """
        try Data(yaml.utf8).write(to: config)
    }

    private func start() throws -> BuiltProgram { try BuiltProgram(["run", "--config", config.path, "--json"]) }

    private func ask() -> DaemonStatus? { try? StatusClient.status(socket) }

    private func stop(_ program: BuiltProgram) throws -> BuiltProgram.Result {
        kill(program.process.processIdentifier, SIGTERM)
        return try program.finish()
    }

    @Test func framesAreKeptAndTheFirstModelIsTheRegistrys() throws {
        let program = try start()
        #expect(eventually { ask()?.spooled ?? 0 > 0 })
        let status = try #require(ask())
        #expect(status.model.number == 1 && status.models?.rollbacks == 0)
        #expect(status.spool?.items ?? 0 > 0)
        let text = try BuiltProgram.run("status", "--socket", socket).output
        #expect(
            text.contains("(number 1)") && text.contains("Gate ") && text.contains("Spool ") && text.contains("Learner   idle"))
        let result = try stop(program)
        #expect(result.status == 0, "\(result.errors)")
        let figures = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(figures["spooled"] as? Int ?? 0 > 0 && figures["swaps"] as? Int == 0)
        let list = try BuiltProgram.run("spool", "list", "--config", config.path, "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any])
        let items = try #require(report["items"] as? [[String: Any]])
        // The camera's picture is kept beside the network's 64×48.
        #expect(items.allSatisfy { ($0["original"] as? [String: Any])?["width"] as? Int ?? 0 > 64 }, "\(list.output)")
        let source = try #require(items.first?["source"] as? String)
        let table = try BuiltProgram.run("spool", "list", "--config", config.path).output
        #expect(table.contains(source.count > 28 ? "  …\(source.suffix(27))  " : "  \(source)  "), "\(table)")
        try withdrawTheDrive()
    }

    private func withdrawTheDrive() throws {
        let list = try BuiltProgram.run("drives", "list", "--config", config.path)
        #expect(list.status == 0 && list.output.contains("drive "), "\(list.output)\(list.errors)")
        let unknown = try BuiltProgram.run("drives", "withdraw", "another", "--yes", "--config", config.path)
        #expect(unknown.status == 1 && unknown.errors.contains("drives list"))
        let unasked = try BuiltProgram.run("drives", "withdraw", "drive", "--config", config.path)
        #expect(unasked.status == 2 && unasked.errors.contains("--yes"))
        #expect(try BuiltProgram.run("drives", "list", "--config", config.path).output == list.output)
        let gone = try BuiltProgram.run("drives", "withdraw", "drive", "--yes", "--config", config.path)
        #expect(gone.status == 0 && gone.output.contains("Removed: "), "\(gone.errors)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("spool").path)
        #expect(left.allSatisfy { $0.hasPrefix("index") || $0 == "lock" }, "\(left)")
    }

    @Test func anotherNetworkTakesOverWhileFramesFlow() throws {
        let program = try start()
        #expect(eventually { ask()?.frames ?? 0 > 0 })
        let other = URL(fileURLWithPath: BuiltProgram.model).deletingLastPathComponent().appending(
            path: "camvid-paper.safetensors")
        let registry = folder.appendingPathComponent("models").path
        let added = try BuiltProgram.run("models", "add", other.path, "--registry", registry, "--promote")
        #expect(added.status == 0, "\(added.errors)")
        // A model is made ready at the lowest priority: on a busy machine that takes its time.
        #expect(eventually(within: 300) { ask()?.model.number == 2 })
        let frames = ask()?.frames ?? 0
        #expect(eventually { ask()?.frames ?? 0 > frames })
        let result = try stop(program)
        #expect(result.status == 0, "\(result.errors)")
        let figures = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(figures["swaps"] as? Int == 1)
        // The paper's network after an EfficientNet.
        let networks = try ["000001", "000002"].map {
            try BuiltProgram.run("models", "show", "\(registry)/\($0).safetensors").output
        }
        #expect(networks[0].contains("efficientnet-lite0") && networks[1].contains("paper"))
    }

    @Test func theLearnerStartsWhenAskedTo() throws {
        let program = try start()
        #expect(eventually { ask()?.frames ?? 0 > 0 })
        kill(program.process.processIdentifier, SIGUSR1)
        // Its data sets are not there: it says so and ends, and the daemon goes on.
        #expect(eventually { ask()?.learner?.lastExit != nil })
        let dry = try BuiltProgram.run("learn", "--config", config.path, "--dry-run")
        #expect(dry.status == 1 && dry.errors.contains("none"), "its data sets are not there: \(dry.errors)")
        #expect(ask()?.learner?.started == 1 && ask()?.learner?.lastExit?.hasPrefix("exit") == true)
        let result = try stop(program)
        #expect(result.status == 0 && result.errors.contains("The learner has ended"))
    }

    @Test func aSpoolThatCannotBeMadeIsSaidOnceAndStopsNothing() throws {
        try Data("in the way".utf8).write(to: folder.appendingPathComponent("spool"))
        let program = try start()
        #expect(eventually { ask()?.gate?.decisions["failed"] ?? 0 > 2 })
        #expect(ask()?.gate?.problem != nil)
        try FileManager.default.removeItem(at: folder.appendingPathComponent("spool"))
        #expect(eventually { ask()?.spooled ?? 0 > 0 && ask()?.gate?.problem == nil })
        let result = try stop(program)
        #expect(result.status == 0)
        #expect(result.errors.components(separatedBy: "No frames are kept").count == 2, "\(result.errors)")
        #expect(result.errors.contains("Frames are kept again"))
    }
}
