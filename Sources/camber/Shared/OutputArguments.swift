import ArgumentParser
import Files

/// What every command asks of the outputs that it is given, before it reads or writes anything.
enum OutputArguments {
    /// - Throws: where an output is one of the files that the command reads.
    static func check(_ outputs: [String], among inputs: [String]) throws {
        guard let file = InputCheck.replaced(by: outputs, among: inputs) else { return }
        throw ValidationError("\(file) is an input; writing there would destroy it. Name another file.")
    }

    /// - Parameter owner: whose folders they are, in words.
    /// - Throws: where an output is one of the folders, or lies in it.
    static func check(_ output: String, _ option: String, outside folders: [String], of owner: String) throws {
        guard let folder = InputCheck.folder(around: output, among: folders) else { return }
        throw ValidationError(
            "\(option) \(output) lies in \(folder), \(owner): what is there would be written over or mixed up. Name another place."
        )
    }

    /// Asks whether files can be written, and makes the folders that they go to where these are missing.
    ///
    /// - Throws: where one cannot be written now, or names a folder: that is no name for a result.
    static func prepare(_ files: [String]) throws {
        for file in files where file.isEmpty || file.hasSuffix("/") {
            throw ValidationError("'\(file)' is no name of a file. Name the file too, not its folder alone.")
        }
        try check(writable: files)
        for file in files { try DurableFolder.make(TemporaryFile.folder(of: file)) }
    }

    /// - Throws: where an output cannot be written now; a folder's name ends in '/'.
    static func check(writable outputs: [String]) throws {
        for path in outputs {
            guard let obstacle = OutputCheck.obstacle(toWriting: path) else { continue }
            throw ValidationError("\(path) cannot be written: \(obstacle). Name another place, or make it writable.")
        }
    }
}
