import Foundation
import Live
import TestSupport
import Testing

/// Events of a running daemon, marked from outside.
@Suite final class MarkCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    private var socket: String { folder.appendingPathComponent("status.sock").path }

    private func write(_ outputs: String, source: String = "drive.mp4", rest: String = "") throws -> String {
        let text = """
            source:
              location: \(source)
              repeat: true
              pace: source
            model: \(BuiltProgram.model)
            size: 96x64
            threads: 1
            status:
              socket: status.sock
            \(outputs)
            \(rest)

            """
        let config = folder.appendingPathComponent("camber.yaml")
        try Data(text.utf8).write(to: config)
        return config.path
    }

    private func makeDrive(frames: Int = 60) throws {
        try SampleVideo.make(
            folder.appendingPathComponent("drive.mp4"), frames: frames, options: ["-c:v", "libx264", "-g", "10"])
    }

    private func kept() -> Int { (try? StatusClient.status(socket).outputs.first?.events?.kept) ?? 0 }

    @Test func aMarkAndASignalKeepTheVideoAroundThem() throws {
        try makeDrive()
        let config = try write("outputs: [{kind: event, file: events/front.mp4, before: 2s, after: 1s}]")
        let program = try BuiltProgram(["run", "--config", config])
        #expect(eventually { (try? StatusClient.status(socket).outputs.first?.events?.heldSeconds) ?? 0 >= 1.5 })
        let marked = try BuiltProgram.run("mark", "--socket", socket)
        #expect(marked.status == 0 && marked.output.contains("event-1 keeps 2 s before and 1 s after"), "\(marked)")
        #expect(eventually { kept() == 1 })
        let last = try #require(try StatusClient.status(socket).outputs.first?.events?.last)
        #expect((2.5...5).contains(last.seconds) && last.marks == ["camber mark"], "\(last)")
        #expect(try SampleVideo.frameCount(URL(fileURLWithPath: last.files[0])) ?? 0 >= 25)
        let text = try BuiltProgram.run("status", "--socket", socket).output
        #expect(text.contains("Events    event-1: 1 kept; the last of"), "\(text)")

        kill(program.process.processIdentifier, SIGUSR2)
        #expect(eventually { kept() == 2 })
        _ = try BuiltProgram.run("mark", "--socket", socket)
        #expect(eventually { (try? StatusClient.status(socket).outputs.first?.events?.recording) != nil })
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.status == 0 && result.output.contains("event-1: 3 events kept"), "\(result)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("events").path)
        #expect(files.count == 3 && files.allSatisfy { $0.hasPrefix("front-") && !$0.contains("partial") }, "\(files)")
    }

    @Test func aClassThatPassesItsLimitIsAMark() throws {
        try makeDrive()
        // What the model sees in these bars is nothing in particular, but it is always some class.
        let names = [
            "sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist",
        ]
        let wanted = names.map { "\($0): 5%" }.joined(separator: ", ")
        let config = try write(
            """
            outputs:
              - {kind: event, file: events/front.mp4, before: 1s, after: 1s, when: {\(wanted)}}
              - {kind: event, file: events/never.mp4, before: 1s, after: 1s, when: {\(names[0]): 100%}}
            """)
        let program = try BuiltProgram(["run", "--config", config])
        #expect(eventually { kept() >= 1 })
        let outputs = try StatusClient.status(socket).outputs
        #expect(names.contains(try #require(outputs[0].events?.last?.marks.first)), "\(outputs)")
        #expect(outputs[1].events?.kept == 0)
        kill(program.process.processIdentifier, SIGTERM)
        #expect(try program.finish().status == 0)
    }

    @Test func anUnfamiliarRoadIsAMark() throws {
        // Coloured bars are no road that the model knows.
        try makeDrive()
        let config = try write(
            "outputs: [{kind: event, file: events/front.mp4, before: 1s, after: 1s, unfamiliar: true}]",
            rest: "gate: {every: 100ms, cpu: 100%}\nspool: {folder: spool, keep_free: 0MB}")
        let program = try BuiltProgram(["run", "--config", config])
        #expect(eventually { kept() >= 1 })
        #expect(try StatusClient.status(socket).outputs.first?.events?.last?.marks == ["unfamiliar road"])
        kill(program.process.processIdentifier, SIGTERM)
        #expect(try program.finish().status == 0)
    }

    @Test func withoutAnOutputOfEventsAMarkFails() throws {
        try makeDrive()
        let program = try BuiltProgram(["run", "--config", try write("")])
        #expect(eventually { (try? StatusClient.status(socket).frames) ?? 0 > 0 })
        let marked = try BuiltProgram.run("mark", "--socket", socket)
        #expect(marked.status == 1 && marked.errors.contains("no output of the kind 'event'"), "\(marked)")
        kill(program.process.processIdentifier, SIGUSR2)
        #expect(eventually { (try? program.text("errors").contains("SIGUSR2 marks an event, but")) == true })
        kill(program.process.processIdentifier, SIGTERM)
        #expect(try program.finish().status == 0)
        let nobody = try BuiltProgram.run("mark", "no-such-camera")
        #expect(nobody.status == 1 && nobody.errors.contains("/run/camber/no-such-camera/status.sock"), "\(nobody)")
        #expect(try BuiltProgram.run("mark", "../x").errors.contains("no name of a camera"))
    }

    @Test func aSourceWithoutPacketsIsRefusedOrSaid() throws {
        let pictures = folder.appendingPathComponent("pictures")
        try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
        try SampleVideo.make(pictures.appendingPathComponent("1.png"), frames: 1)
        let outputs = "outputs: [{kind: event, file: front.mp4}]"
        let refused = try BuiltProgram.run("run", "--config", try write(outputs, source: "pictures"))
        #expect(refused.status == 2 && refused.errors.contains("is a folder of pictures"), "\(refused)")

        try SampleVideo.make(folder.appendingPathComponent("raw.y4m"), frames: 30)
        let program = try BuiltProgram(["run", "--config", try write(outputs, source: "raw.y4m")])
        #expect(eventually { (try? StatusClient.status(socket).outputs.first?.problem?.contains("raw pictures")) == true })
        kill(program.process.processIdentifier, SIGTERM)
        let result = try program.finish()
        #expect(result.status == 0 && result.errors.contains("raw pictures"), "\(result)")
    }

    @Test(arguments: [
        ("{kind: event, file: e.avi}", "For event use .mp4 or .mkv"),
        ("{kind: event, file: e.mp4, when: 5%}", "not a share for each class"),
        ("{kind: event, file: e.mp4, when: {road: 0%}}", "no class with a share above 0"),
        ("{kind: event, file: e.mp4, segment: 10m}", "'segment' is for outputs that record all the time"),
        ("{kind: event, file: e.mp4, unfamiliar: true}", "'unfamiliar' needs 'gate'"),
        ("{kind: overlay, file: e.mp4, before: 5s}", "'before' is for outputs of the kind 'event'"),
        ("{kind: event, file: e.mp4, before: 0s}", "'outputs[1].before' is '0s'"),
    ])
    func whatIsWrongIsSaid(output: String, problem: String) throws {
        try makeDrive(frames: 3)
        let result = try BuiltProgram.run("run", "--config", try write("outputs: [\(output)]"))
        #expect(result.status == 2 && result.errors.contains(problem), "\(result.errors)")
    }

    @Test func aClassThatIsNoneIsFoundBeforeTheStart() throws {
        try makeDrive(frames: 3)
        let config = try write("outputs: [{kind: event, file: e.mp4, when: {pedestrien: 5%}}]")
        let checked = try BuiltProgram.run("run", "--config", config, "--check")
        #expect(checked.status == 2 && checked.errors.contains("'pedestrien', which is no class of the model"), "\(checked)")
        #expect(try BuiltProgram.run("run", "--config", config).status == 1)
    }
}
