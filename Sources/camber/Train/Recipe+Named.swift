import Foundation
import Learning

extension Recipe {
    /// The file of a recipe that is given by its name, from beside the working folder's configuration or the installed
    /// program, or by its file.
    static func file(named name: String) throws(LearningError) -> String {
        if name.contains("/") || name.hasSuffix(".yaml") { return name }
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let folders = ["configs/recipes", program.appending(path: "../share/camber/recipes").path]
        let paths = folders.map { "\($0)/\(name).yaml" }
        guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
            throw LearningError(
                "There is no recipe '\(name)': neither \(paths.joined(separator: " nor ")) exists.",
                remedy: "Give the recipe's file.")
        }
        return path
    }
}
