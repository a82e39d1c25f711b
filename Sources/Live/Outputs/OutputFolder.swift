import Foundation

/// The folder that an output writes into.
enum OutputFolder {
    /// Makes it, at the start and again where somebody has removed it; only where the one above is there, as that may be a disk that is
    /// not mounted.
    static func make(for file: String) throws(LiveError) {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        if access(folder, F_OK) == 0 || mkdir(folder, 0o777) == 0 || errno == EEXIST { return }
        throw .system("The folder \(folder) cannot be made", remedy: "Is its disk there, and may this user write to it?")
    }
}
