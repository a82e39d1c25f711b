import ArgumentParser
import Foundation
import Live
import RoadScenes

/// Files that come with Camber and have names: in the working folder, beside the installed program, and in the checkout that the
/// program was built in.
enum ShippedFile {
    /// The folders to look in, first to last.
    ///
    /// - Parameters:
    ///   - checkout: the folder's place in a checkout, such as `samples/models`.
    ///   - installed: its place in an installed system's `share/camber`.
    static func folders(
        _ checkout: String, installed: String, program: String = LearnerProcess.ownExecutable()
    ) -> [String] {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        var folders = [checkout, folder.appending(path: "../share/camber/\(installed)").standardizedFileURL.path]
        // .build/x86_64-unknown-linux-gnu/release lies three below the checkout.
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            folders.append(folder.appending(path: checkout).path)
        }
        return folders
    }

    /// What the folders hold with that ending, without it.
    static func names(in folders: [String], ending: String) -> [String] {
        Set(folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] })
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    /// The file of a bundle that is given by its file or by the name of one that comes with Camber, such as `camvid`.
    ///
    /// - Throws: where a name is neither, with the nearest one.
    static func bundle(_ name: String) throws -> String {
        let ending = ".safetensors"
        if name.contains("/") || name.hasSuffix(ending) || FileManager.default.fileExists(atPath: name) { return name }
        let folders = folders("samples/models", installed: "models")
        if let path = folders.map({ "\($0)/\(name)\(ending)" }).first(where: FileManager.default.fileExists(atPath:)) {
            return path
        }
        let known = names(in: folders, ending: ending)
        let meant = NearestName.of(name, among: known).map { "Did you mean '\($0)'? " } ?? ""
        throw ValidationError(
            "There is no bundle '\(name)'. \(meant)"
                + (known.isEmpty
                    ? "Those that come with Camber are not installed (Debian package camber-models). Give a bundle's file."
                    : "Those that come with Camber: \(known.joined(separator: ", ")). Or give a file."))
    }
}
