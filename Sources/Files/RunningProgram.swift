import Foundation

/// The program that this process runs.
package enum RunningProgram {
    /// Its file, also where another has been installed in its place meanwhile.
    package static var file: String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let deleted = " (deleted)"
        return path.hasSuffix(deleted) ? String(path.dropLast(deleted.count)) : path
    }
}
