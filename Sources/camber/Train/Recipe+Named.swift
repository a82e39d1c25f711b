import Foundation
import Learning
import Live

extension Recipe {
    /// The file of a recipe that is given by its name or by its file. Names are looked up in the working folder's
    /// configuration, beside the installed program, and in the checkout that the program was built in.
    static func file(named name: String) throws(LearningError) -> String {
        if name.contains("/") || name.hasSuffix(".yaml") { return name }
        let folders = folders(of: LearnerProcess.ownExecutable())
        let paths = folders.map { "\($0)/\(name).yaml" }
        guard let path = paths.first(where: FileManager.default.fileExists(atPath:)) else {
            let known = Set(folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] })
                .filter { $0.hasSuffix(".yaml") }.map { $0.dropLast(5) }.sorted()
            throw LearningError(
                "There is no recipe '\(name)'.",
                remedy: known.isEmpty
                    ? "There are none in \(folders.joined(separator: ", ")): give the recipe's file."
                    : "Those that are there: \(known.joined(separator: ", ")). Or give a recipe's file.")
        }
        return path
    }

    static func folders(of program: String) -> [String] {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        var folders = ["configs/recipes", folder.appending(path: "../share/camber/recipes").standardizedFileURL.path]
        // .build/x86_64-unknown-linux-gnu/release lies three below the checkout.
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            folders.append(folder.appending(path: "configs/recipes").path)
        }
        return folders
    }
}
