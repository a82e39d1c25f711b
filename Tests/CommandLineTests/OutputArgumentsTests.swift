import Foundation
import TestSupport
import Testing

/// No command writes over what it reads or keeps, and what cannot be written is known before the work.
@Suite final class OutputArgumentsTests {
    private let folder = try! TestFolder()
    private var content: Data { Data("a file of the user".utf8) }

    private func path(_ name: String) -> String { folder.file(name) }

    private func refuses(_ arguments: [String], _ reason: String) throws {
        let result = try BuiltProgram(arguments, directory: folder.url).finish()
        #expect(result.status == 2 && result.errors.contains(reason), "\(arguments): \(result)")
        #expect(!result.errors.contains("<subcommand>"), "the usage of another command: \(result)")
    }

    @Test(arguments: [
        ["models", "export", "a", "--onnx", "OUT"], ["models", "import", "a", "--classes", "camvid", "--out", "OUT"],
        ["models", "import", "b", "--classes", "./a", "--out", "OUT"],
        ["models", "import", "b", "--classes", "camvid", "--auxiliary", "a", "--out", "OUT"],
        ["models", "answers", "./a", "b", "--out", "OUT"], ["models", "answers", "./b", "a", "--out", "OUT"],
        ["report", "merge", "b", "a", "--out", "OUT"],
    ])
    func anInputIsNoOutput(_ arguments: [String]) throws {
        for name in ["a", "b"] { try folder.write(content, to: name) }
        try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: "a")
        try FileManager.default.linkItem(atPath: path("a"), toPath: path("hard"))
        for output in ["link", "hard"] + (arguments.contains("--onnx") ? ["a", path("a")] : []) {
            try refuses(arguments.map { $0 == "OUT" ? output : $0 }, "\(output) is an input")
        }
        for name in ["a", "b", "link", "hard"] { #expect(try folder.bytes(of: name) == content) }
    }

    @Test func theSpoolIsNoPlaceForCopiesOfIt() throws {
        try FileManager.default.createDirectory(atPath: path("spool"), withIntermediateDirectories: true)
        try folder.write(content, to: "spool/x.jpg")
        try folder.write([], to: "spool/lock")
        try refuses(
            ["spool", "show", "1", "--folder", "spool", "--picture", "spool/x.jpg"], "lies in")
        try refuses(["spool", "export", "--folder", "spool", "--for", "folder", "--out", "spool/new"], "lies in")
        #expect(try folder.bytes(of: "spool/x.jpg") == content)
    }

    private func synthesize(_ arguments: String...) throws -> BuiltProgram.Result {
        let common = ["--out", "road", "--frames", "2", "--size", "64x48"]
        return try BuiltProgram(["synthesize"] + common + arguments, directory: folder.url).finish()
    }

    private func contents() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path("road"))
        return try Dictionary(
            uniqueKeysWithValues: names.filter { $0.contains(".") }.map { ($0, try folder.bytes(of: "road/\($0)")) })
    }

    @Test func aDataSetIsNotWrittenOver() throws {
        try #require(try synthesize("--format", "frames").status == 0)
        let before = try contents()
        for format in ["frames", "video", "both"] {
            let result = try synthesize("--format", format, "--seed", "2")
            #expect(result.status == 2 && result.errors.contains("not empty"), "\(result)")
        }
        for place in ["road/images", "road", "road/looks", "./road/labels/"] {
            try refuses(
                ["evaluate", "--dataset", "folder:road", "--model", BuiltProgram.model, "--pictures", place],
                "--pictures \(place) lies in")
        }
        #expect(try contents() == before)
        #expect(try synthesize("--format", "video", "--video", path("apart.mp4")).status == 0)
    }

    private static let stages = [
        ["segmentation", "--validation", "none"], ["auxiliary", "--model", BuiltProgram.model],
        ["retrain", "--validation", "none", "--fraction", "1/2", "--model", BuiltProgram.model],
    ]

    /// A small data set, and folders in the places of files.
    private func prepareTraining() throws -> [String] {
        try #require(try synthesize("--format", "frames").status == 0)
        for name in ["dir", "a.svg", "b.log.jsonl", "c.safetensors.checkpoint", "e.safetensors.pseudo-labels"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
        }
        try folder.write(content, to: "d.safetensors.pseudo-labels")
        return ["--dataset", "folder:road", "--recipe", "camvid-quick"]
    }

    @Test(arguments: stages) func everyStageAsksFirstWhetherItsResultCanBeWritten(_ stage: [String]) throws {
        let common = try prepareTraining()
        try refuses(["train"] + stage + common + ["--out", "dir"], "dir is a folder")
        try refuses(["train"] + stage + common + ["--out", "road/images/000000.png"], "is an input")
        for folder in ["dir/", "new/", ""] {
            try refuses(["train"] + stage + common + ["--out", folder], "'\(folder)' is no name of a file")
        }
    }

    @Test(arguments: [
        ("a.safetensors", "a.svg is a folder"), ("b.safetensors", "b.log.jsonl is a folder"),
        ("c.safetensors", "c.safetensors.checkpoint is a folder"), ("o.svg", "another ending"),
        ("dir/../road/labels/000001.png", "is an input"),
    ])
    func trainingAsksFirstWhetherAllThatLiesBesideCanBeWritten(_ out: String, _ reason: String) throws {
        try refuses(["train"] + Self.stages[0] + (try prepareTraining()) + ["--out", out], reason)
    }

    @Test func retrainingAsksForItsLabelsToo() throws {
        let retrain = ["train"] + Self.stages[2] + (try prepareTraining())
        try refuses(retrain + ["--out", "d.safetensors"], "cannot be written")
        try refuses(
            retrain + ["--unlabeled", "e.safetensors.pseudo-labels", "--out", "e.safetensors"], "--unlabeled")
        try refuses(
            ["train", "calibration", "--dataset", "folder:road", "--model", BuiltProgram.model, "--out", "dir"], "dir is a folder"
        )
    }

    @Test(arguments: [
        ["models", "export", "a", "--onnx", "OUT"], ["models", "import", "a", "--classes", "camvid", "--out", "OUT"],
        ["models", "answers", "a", "a", "--out", "OUT"], ["report", "merge", "a", "--out", "OUT"],
        ["synthesize", "--out", "road", "--frames", "1", "--size", "32x32", "--format", "video", "--video", "OUT"],
    ])
    func aFolderIsNoNameOfAResult(_ arguments: [String]) throws {
        try folder.write(content, to: "a")
        try FileManager.default.createDirectory(atPath: path("dir"), withIntermediateDirectories: true)
        for output in ["dir/", ""] {
            try refuses(arguments.map { $0 == "OUT" ? output : $0 }, "'\(output)' is no name of a file")
        }
    }

    @Test func foldersOfResultsAreMade() throws {
        let common = try prepareTraining()
        let ends = ["--validation", "none", "--set", "crop_width=32", "--set", "crop_height=32", "--set", "batch=2"]
        let train = ["train", "segmentation"] + common + ends + ["--epochs", "1", "--out", "new/deep/a.safetensors"]
        let export = ["models", "export", "new/deep/a.safetensors", "--onnx", "other/a.onnx"]
        for arguments in [train, export] {
            let result = try BuiltProgram(arguments, directory: folder.url).finish()
            #expect(result.status == 0, "\(result)")
        }
        for name in ["new/deep/a.safetensors", "new/deep/a.log.jsonl", "other/a.onnx"] {
            #expect(FileManager.default.fileExists(atPath: path(name)), "\(name)")
        }
    }
}
