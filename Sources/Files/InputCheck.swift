import Foundation

/// Finds out before the work whether its results would take the place of something that is read or kept.
public enum InputCheck {
    /// The first of the files to write that is one of the inputs; nil where none is. Links, hard ones too, count as what they lead to.
    ///
    /// - Parameters:
    ///   - outputs: files.
    ///   - inputs: files; what is not there is no input.
    public static func replaced(by outputs: [String], among inputs: [String]) -> String? {
        let present = outputs.compactMap { output in FileID(output).map { (output, $0) } }
        if present.isEmpty { return nil }
        let read = Set(inputs.compactMap { FileID($0) })
        return present.first { read.contains($0.1) }?.0
    }

    /// The first of these folders that a path is, or lies in; nil where it lies in none. Links count as what they lead to, of what is not
    /// there yet too.
    public static func folder(around path: String, among folders: [String]) -> String? {
        folders.first { lies(path, in: $0) }
    }

    private static func lies(_ path: String, in folder: String) -> Bool {
        let (id, target) = (FileID(folder), FileID.resolved(folder))
        var place = FileID.resolved(path)
        // Of a longer path there is no file.
        guard place.utf8.count <= PATH_MAX else { return false }
        while place != target {
            if let id, id == FileID(place) { return true }
            if place == "/" { return false }
            place = TemporaryFile.folder(of: place)
        }
        return true
    }
}
