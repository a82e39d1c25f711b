import Foundation
import Learning
import RoadScenes

extension Recipe {
    /// The file of a recipe that is given by its name or by its file.
    static func file(named name: String) throws(LearningError) -> String {
        if ShippedFile.isPath(name, ending: ".yaml") { return name }
        let folders = ShippedFile.folders("configs/recipes", installed: "recipes")
        let paths = folders.map { "\($0)/\(name).yaml" }
        guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
            let known = ShippedFile.names(in: folders, ending: ".yaml")
            throw LearningError(
                "There is no recipe '\(name)'.",
                remedy: known.isEmpty
                    ? "There are none in \(folders.joined(separator: ", ")): give the recipe's file."
                    : "Those that are there: \(known.joined(separator: ", ")). Or give a recipe's file.")
        }
        return path
    }
}
