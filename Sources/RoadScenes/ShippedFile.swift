import Errors
import Files
import Foundation

/// Files that come with Camber and have names: in the working folder, beside the installed program, and in the checkout that the
/// program was built in.
package enum ShippedFile {
    /// The folders to look in, first to last.
    ///
    /// - Parameters:
    ///   - checkout: the folder's place in a checkout, such as `samples/models`.
    ///   - installed: its place in an installed system's `share/camber`.
    package static func folders(_ checkout: String, installed: String, program: String = RunningProgram.file) -> [String] {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        var folders = [checkout, folder.appending(path: "../share/camber/\(installed)").standardizedFileURL.path]
        // .build/x86_64-unknown-linux-gnu/release lies three below the checkout.
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            folders.append(folder.appending(path: checkout).path)
        }
        return folders
    }

    /// Whether a text can only be meant as a path: a name has no slash, and not the ending of such files.
    package static func isPath(_ text: String, ending: String) -> Bool { text.contains("/") || text.hasSuffix(ending) }

    /// What the folders hold with that ending, without it.
    package static func names(in folders: [String], ending: String) -> [String] {
        Set(folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] })
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    /// The file of a bundle that is given by its file or by the name of one that comes with Camber, such as `camvid`. A file of that
    /// name goes before; a folder, such as a data set's, does not.
    ///
    /// - Parameter folder: where relative paths start; nil for the working folder.
    /// - Throws: where a name is neither, with the nearest one.
    package static func bundle(_ name: String, relativeTo folder: URL? = nil) throws(CamberError) -> String {
        let ending = ".safetensors"
        let path = folder.map { URL(fileURLWithPath: name, relativeTo: $0).path } ?? name
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if isPath(name, ending: ending) || (isThere && !isFolder.boolValue) { return path }
        let folders = folders("samples/models", installed: "models")
        if let path = folders.map({ "\($0)/\(name)\(ending)" }).first(where: FileManager.default.fileExists(atPath:)) {
            return folder == nil ? path : URL(fileURLWithPath: path).path
        }
        let known = names(in: folders, ending: ending)
        let meant = NearestName.of(name, among: known).map { "Did you mean '\($0)'? " } ?? ""
        throw CamberError(
            .missing, "There is no bundle '\(name)'.",
            remedy: meant
                + (known.isEmpty
                    ? "Those that come with Camber are not installed (Debian package camber-models). Give a bundle's file."
                    : "Those that come with Camber: \(known.joined(separator: ", ")). Or give a file."))
    }
}
