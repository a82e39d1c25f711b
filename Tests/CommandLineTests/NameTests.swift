import Foundation
import TestSupport
import Testing

/// What a person types instead of a path, and what they mistype.
@Suite struct NameTests {
    private let temporary = try! TestFolder()
    @Test func bundlesThatComeWithCamberHaveNames() throws {
        let (named, given) = (
            try BuiltProgram.run("models", "show", "camvid"), try BuiltProgram.run("models", "show", BuiltProgram.model)
        )
        #expect(named.status == 0 && given.status == 0, "\(named.errors)")
        let drop = { (text: String) in text.split(separator: "\n").filter { !$0.contains(".safetensors") } }
        #expect(drop(named.output) == drop(given.output))
    }

    /// A file of that name in the working folder goes before.
    @Test func aFileGoesBeforeAName() throws {
        let folder = temporary.url
        try Data("no bundle".utf8).write(to: folder.appendingPathComponent("camvid"))
        let result = try BuiltProgram(["models", "show", "camvid"], directory: folder).finish()
        #expect(result.status == 1 && result.errors.contains("camvid"), "\(result.errors)")
    }

    /// Such as a data set's: no bundle is a folder.
    @Test func aFolderHidesNoName() throws {
        try FileManager.default.createDirectory(
            at: temporary.url.appendingPathComponent("camvid"), withIntermediateDirectories: true)
        let result = try BuiltProgram(["models", "show", "camvid"], directory: temporary.url).finish()
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test(arguments: [
        ["segment", "drive.mp4", "--model", "camvit"], ["models", "show", "camvit"],
        ["train", "calibration", "--dataset", "folder:road", "--model", "camvit", "--out", "x.safetensors"],
    ])
    func aBundleThatIsNotThereNamesTheNearest(words: [String]) throws {
        let result = try BuiltProgram(words).finish()
        #expect(result.status == 2 && result.errors.contains("no bundle 'camvit'"), "\(result.errors)")
        #expect(result.errors.contains("Did you mean 'camvid'?") && result.errors.contains("camvid-paper"), "\(result.errors)")
    }

    @Test(arguments: [
        (["segmnt", "drive.mp4"], "camber segment"), (["models", "lst"], "camber models list"),
        (["train", "segmentatoin", "--out", "x"], "camber train segmentation"), (["help", "evalute"], "camber evaluate"),
    ])
    func aCommandThatIsNoneNamesTheNearest(words: [String], meant: String) throws {
        let result = try BuiltProgram(words).finish()
        #expect(
            result.status == 2 && result.output.isEmpty && result.errors.contains("Did you mean '\(meant)'?"), "\(result.errors)")
    }

    @Test func whatIsNearNothingIsNotGuessed() throws {
        let result = try BuiltProgram.run("xyzzyplugh")
        #expect(result.status == 2 && result.errors.contains("'camber --help' lists them."), "\(result.errors)")
        #expect(!result.errors.contains("Did you mean"), "\(result.errors)")
    }
}
