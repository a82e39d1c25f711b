import Foundation

/// A place where bytes from outside come in.
protocol Surface {
    /// Reads one input as the program would.
    ///
    /// - Throws: where the input is refused, with the words that a person would see.
    func feed(_ bytes: [UInt8]) throws
}

/// A surface by its name, which is also that of its samples' folder.
struct SurfaceKind: Sendable {
    var name: String
    /// Words that its inputs are made of.
    var words: [String] = []
    var make: @Sendable (ScratchFolder) throws -> any Surface

    /// All of them, in the order of the list that people see.
    static let all = files + stores + networks

    /// - Parameter corpus: a folder of folders, each with the samples of one surface.
    func samples(in corpus: String) throws -> [[UInt8]] {
        let folder = "\(corpus)/\(name)"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
        return try names.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))) }
    }

    func mutator(corpus: String, seed: UInt64) throws -> Mutator {
        Mutator(samples: try samples(in: corpus), words: words.map { [UInt8]($0.utf8) }, seed: seed)
    }
}

/// A surface that is one function.
struct FunctionSurface: Surface {
    let body: ([UInt8]) throws -> Void

    init(_ body: @escaping ([UInt8]) throws -> Void) { self.body = body }

    func feed(_ bytes: [UInt8]) throws { try body(bytes) }
}

/// A folder for what a surface needs on disk, which goes with it.
final class ScratchFolder {
    let path: String

    init() throws {
        // In memory where that can be had: a disk would take most of the time.
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm/" : NSTemporaryDirectory()
        path = parent + "camber-fuzz-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        return "\(path)/\(name)"
    }

    /// Writes a file in place of what had its name.
    @discardableResult
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
