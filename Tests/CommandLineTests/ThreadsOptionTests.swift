import TestSupport
import Testing

@Suite struct ThreadsOptionTests {
    @Test(arguments: [
        ["segment", "a.mp4", "--model", BuiltProgram.model], ["label", "a.mp4", "--model", BuiltProgram.model, "--out", "o"],
        ["bench"],
        ["evaluate", "--dataset", "folder:d", "--model", BuiltProgram.model],
        ["models", "answers", BuiltProgram.model, "a.png", "--out", "o"],
        ["train", "segmentation", "--dataset", "folder:d", "--out", "o"],
        ["train", "calibration", "--dataset", "folder:d", "--model", BuiltProgram.model, "--out", "o"],
    ]) func aWrongNumberIsTheSameErrorEverywhere(_ command: [String]) throws {
        let result = try BuiltProgram(command + ["--threads", "0"]).finish()
        #expect(result.status == 2 && result.errors.contains("--threads 0: it must be from 1 to 64."), "\(result.errors)")
    }
}
