import Foundation
import Learning
import Testing

@Suite struct RecipeTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../configs/recipes")
        .standardizedFileURL

    @Test func everyShippedRecipeIsValidAndNamedLikeItsFile() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(files.count >= 4)
        for file in files {
            let recipe = try Recipe(contentsOf: Self.folder.appending(path: file).path)
            #expect(recipe.name + ".yaml" == file)
        }
    }

    @Test(arguments: ["momentum: 0.9", "- 1", "{", ""]) func whatIsNoRecipeIsRefused(_ text: String) throws {
        let path = NSTemporaryDirectory() + "recipe-\(UUID()).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: LearningError.self) { try Recipe(contentsOf: path) }
    }

    @Test func numbersOutOfTheirRangeAreRefusedByName() throws {
        var recipe = try Recipe(contentsOf: Self.folder.appending(path: "camvid.yaml").path)
        recipe.auxiliary.cropWidth = 0
        #expect {
            try recipe.validate("here")
        } throws: {
            ($0 as? LearningError)?.problem.contains("auxiliary.cropWidth") == true
        }
    }
}
