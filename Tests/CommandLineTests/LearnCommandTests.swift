import Foundation
import TestSupport
import Testing

/// `camber learn` before there is anything to learn.
@Suite final class LearnCommandTests {
    private let temporary = try! TestFolder()

    init() throws {
        for (name, seed) in [("labeled", "1"), ("held", "2")] {
            let made = try BuiltProgram.run(
                "synthesize", "--out", temporary.file(name), "--frames", "2", "--fps", "0.5", "--size", "64x48", "--format",
                "frames",
                "--seed", seed)
            try #require(made.status == 0, "\(made.errors)")
        }
        let yaml = """
            source: {location: drive.mp4}
            registry: models
            model: \(BuiltProgram.model)
            size: 64x48
            status: {socket: none}
            spool: {folder: spool, keep_free: 0MB}
            gate: {every: 1s}
            learn: {labeled: "folder:labeled", held_out: "folder:held", human: "folder:human", work: work}
            """
        try Data(yaml.utf8).write(to: temporary.url.appending(path: "camber.yaml"))
        try FileManager.default.createDirectory(atPath: temporary.file("models"), withIntermediateDirectories: true)
        let added = try BuiltProgram.run("models", "add", BuiltProgram.model, "--registry", temporary.file("models"), "--promote")
        try #require(added.status == 0, "\(added.errors)")
    }

    private func look() throws -> BuiltProgram.Result {
        try BuiltProgram.run("learn", "--dry-run", "--config", temporary.file("camber.yaml"))
    }

    /// A withdrawn drive may have been all that people had labeled; a kill leaves a picture without its labels.
    @Test func whatPeopleLabelMayBeEmptyOrHalfDone() throws {
        let human = temporary.file("human")
        func make(_ part: String) throws {
            try FileManager.default.createDirectory(atPath: "\(human)/\(part)", withIntermediateDirectories: true)
        }
        func copy(_ part: String, to other: String? = nil) throws {
            try FileManager.default.copyItem(
                atPath: temporary.file("labeled/\(part)"), toPath: "\(human)/\(other ?? part)")
        }
        func isNothing(_ what: Comment) throws {
            let result = try look()
            #expect(result.status == 0 && result.errors.contains("there are no labels by people yet"), what)
        }
        try isNothing("no folder")
        try make("")
        try isNothing("an empty folder")
        try make("images")
        try make("labels")
        try copy("classes.yaml")
        try isNothing("what a withdrawal leaves")
        let pictures = try FileManager.default.contentsOfDirectory(atPath: temporary.file("labeled/images"))
        let picture = try #require(pictures.min())
        try copy("images/\(picture)")
        try isNothing("a picture without labels")
        try copy("images/\(picture)", to: "images/labeled.png")
        try copy("labels/\(picture.split(separator: ".")[0]).png", to: "labels/labeled.png")
        let result = try look()
        #expect(result.status == 0 && result.errors.contains("1 picture without labels left out, such as"), "\(result.errors)")
        #expect(result.output.contains("people labeled of this road, 1 picture"), "\(result.output)")
    }
}
