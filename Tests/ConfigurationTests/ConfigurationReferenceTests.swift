import Configuration
import Foundation
import Testing

@Suite struct ConfigurationReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private func read(_ yaml: String) throws -> Configuration {
        try Configuration(yaml: yaml, file: Self.root.appending(path: "configs/vehicle.yaml").path)
    }

    /// 'camber run --keys > docs/configuration.md' mends it.
    @Test func thePageIsWhatTheKeysSay() throws {
        #expect(
            try String(contentsOf: Self.root.appending(path: "docs/configuration.md"), encoding: .utf8)
                == ConfigurationReference.markdown)
    }

    @Test func everyKeyOfTheVehicleFileIsOnThePage() throws {
        for key in try vehicle().given.keys {
            let name = key.split(separator: ".").last.map(String.init) ?? key
            #expect(ConfigurationReference.markdown.contains("| `\(name)` |"), "\(key)")
        }
    }

    @Test func theVehicleFileShowsTheStandardValues() throws {
        // What no standard value can know, and what its comments present as a choice.
        let chosen: Set = [
            "source.location", "source.camera.size", "source.camera.fps", "model", "registry", "size", "fps", "threads",
            "outputs[1].kind",
            "outputs[1].file", "gate.precision", "gate.rare", "spool.folder", "learn.labeled", "learn.also[1].dataset",
            "learn.also[1].weight", "learn.held_out", "learn.human",
            "learn.epochs",
            "learn.every", "learn.precision", "learn.work", "status.socket",
        ]
        #expect(Set(try vehicle().given.keys) == chosen)
    }

    @Test func aReloadNamesTheKeysThatWait() throws {
        let start = "source: {location: /dev/video0}\nmodel: ../samples/models/camvid.safetensors\n"
        let before = try read(start + "fps: 5\ngate: {every: 5s}\nspool: {folder: spool}")
        let after = try read(
            start
                + "fps: 9\nlog: {level: debug}\ngate: {every: 2s, cpu: 10%}\nspool: {folder: other}\noutputs: [{kind: picture, file: a.jpg}]"
        )
        #expect(before.keysThatWait(in: after) == ["gate.every", "outputs", "spool.folder"])
        #expect(before.keysThatWait(in: before).isEmpty)
        #expect(
            after.keysThatWait(in: try read(start + "fps: 9\nspool: {folder: other}\ngate: {}")) == ["gate.every", "outputs"])
    }

    @Test func aChangeOfWhatTheLearnerReadsWaitsForItsNextCycleOnly() throws {
        let start =
            "source: {location: /dev/video0}\nregistry: models\nspool: {folder: spool}\nmodel: ../samples/models/camvid.safetensors\n"
        let before = try read(start + "learn: {labeled: 'folder:a', held_out: 'folder:b', work: w}")
        let after = try read(start + "learn: {labeled: 'folder:c', held_out: 'folder:b', work: w, margin: 1%, every: 1h}")
        #expect(before.keysThatWait(in: after) == ["learn.every"])
    }

    /// The file with its section `learn`, which is commented out.
    private func vehicle() throws -> Configuration {
        let text = try String(contentsOf: Self.root.appending(path: "configs/vehicle.yaml"), encoding: .utf8)
        let parts = try #require(text.firstRange(of: "#learn:"))
        let end = try #require(text[parts.lowerBound...].firstRange(of: "\nstatus:"))
        let learn = text[parts.lowerBound..<end.lowerBound].split(separator: "\n").map { $0.dropFirst() }.joined(separator: "\n")
        return try read(text[..<parts.lowerBound] + learn + text[end.lowerBound...])
    }
}
