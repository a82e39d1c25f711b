import Configuration
import Foundation
import TestSupport
import Testing

/// `model:` is a path, or the name of a bundle that comes with Camber.
@Suite struct BundleNameTests {
    private let folder = try! TestFolder()

    private func read(_ model: String) throws -> Configuration {
        try Data().write(to: folder.url.appendingPathComponent("drive.mp4"))
        return try Configuration(yaml: "source: {location: drive.mp4}\nmodel: \(model)", file: folder.file("camber.yaml"))
    }

    @Test func aNameIsThatOfAShippedBundle() throws {
        let shipped = try #require(try read("camvid").model)
        #expect(shipped.hasPrefix("/") && shipped.hasSuffix("samples/models/camvid.safetensors"), "\(shipped)")
    }

    /// A folder of that name is a data set.
    @Test func aFileGoesBeforeANameAndAFolderDoesNot() throws {
        let shipped = try read("camvid").model
        let beside = URL(fileURLWithPath: folder.file("camvid"))
        try FileManager.default.createDirectory(at: beside, withIntermediateDirectories: false)
        #expect(try read("camvid").model == shipped)
        try FileManager.default.removeItem(at: beside)
        try Data().write(to: beside)
        #expect(try read("camvid").model == beside.path)
        #expect(try read("./camvid").model == beside.path)
    }

    @Test func aNameThatIsNoneNamesTheNearest() throws {
        let error = try #require(throws: ConfigurationError.self) { try read("camvit") }
        #expect(error.problems.count == 1 && error.problems[0].text.contains("no bundle 'camvit'"), "\(error)")
        let remedy = try #require(error.problems.first?.remedy)
        #expect(remedy.contains("Did you mean 'camvid'?") && remedy.contains("Relative paths start from"), "\(remedy)")
    }
}
