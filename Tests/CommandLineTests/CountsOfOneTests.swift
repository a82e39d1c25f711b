import TestSupport
import Testing

/// What is said of a single thing.
@Suite struct CountsOfOneTests {
    private let folder = try! TestFolder()

    @Test func aSingleThingIsToldAsOne() throws {
        let road = folder.file("road")
        let made = try BuiltProgram.run("synthesize", "--out", road, "--frames", "1", "--size", "96x64")
        #expect(made.output == "\(road)/drive.mp4: 1 frame\n\(road): 1 image with labels\n", "\(made)")
        let seen = try BuiltProgram.run(
            "segment", "\(road)/drive.mp4", "--model", BuiltProgram.model, "--report", folder.file("r"))
        #expect(seen.output.contains(": 1 frame in "), "\(seen)")
        let measured = try BuiltProgram.run(
            "evaluate", "--dataset", "folder:\(road)", "--model", BuiltProgram.model, "--threads", "1")
        #expect(measured.output.hasPrefix("1 picture: mIoU "), "\(measured)")
        let timed = try BuiltProgram.run(
            "bench", "--network", "paper", "--size", "96x64", "--threads", "1", "--passes", "1", "--inference-only")
        #expect(timed.output.contains("1 thread, ") && timed.output.contains(" 1 pass, "), "\(timed)")
    }
}
