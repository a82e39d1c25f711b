import Foundation
import NeuralNetwork
import RoadScenes
import TestSupport
import Testing

/// `camber models export`: what stands in the file beside the network.
@Suite struct ExportCommandTests {
    @Test func aBundleOfOtherClassesIsNotAddedToBePromoted() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(atPath: folder.file("models"), withIntermediateDirectories: true)
        var results: [BuiltProgram.Result] = []
        for (name, other) in [("a", "road"), ("b", "street")] {
            let bundle = try ModelBundle(
                classes: ClassSet([ClassSet.Member("sky", 1, 2, 3), ClassSet.Member(other, 4, 5, 6)]),
                inputSize: Graph.Size(height: 16, width: 16),
                segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: 2), seed: 1))
            try bundle.write(to: folder.file("\(name).safetensors"))
            let add = ["models", "add", folder.file("\(name).safetensors"), "--registry", folder.file("models"), "--promote"]
            results.append(try BuiltProgram(add).finish())
        }
        #expect(results[0].status == 0, "\(results[0])")
        #expect(results[1].status == 1, "\(results[1])")
        #expect(results[1].errors.contains("knows other classes than the current model 1: sky, street, not sky, road"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("models"))
        #expect(names.filter { $0.hasSuffix(".safetensors") } == ["000001.safetensors"], "\(names)")
    }

    /// Names have any letters that can be printed, so that no letter parts them.
    @Test func classesComeBackWhateverTheirNames() throws {
        let folder = try TestFolder()
        let classes = ClassSet([
            ClassSet.Member("sky, clear", 1, 2, 3), ClassSet.Member("\"road\" [wet]", 4, 5, 6),
            ClassSet.Member("Gebüsch", 7, 8, 9),
        ])
        let bundle = try ModelBundle(
            classes: classes, inputSize: Graph.Size(height: 16, width: 16),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: 3), seed: 1))
        let (model, onnx) = ("\(folder.path)/model.safetensors", "\(folder.path)/model.onnx")
        try bundle.write(to: model)
        _ = try BuiltProgram.run("models", "export", model, "--onnx", onnx)

        // The value of the metadata `classes`: its key's field, then its own, then its length.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: onnx))
        let key = try #require(bytes.range(of: Data([0x0A, 7] + Array("classes".utf8) + [0x12])))
        let start = try #require(bytes[key.upperBound...].firstIndex(of: UInt8(ascii: "[")))
        let end = try #require(bytes[start...].range(of: Data("}]".utf8)))
        let entries = try JSONDecoder().decode([ClassSet.Entry].self, from: bytes[start..<end.upperBound])
        #expect(entries == classes.entries)
    }
}
