import Foundation

extension Configuration {
    /// The folders that are written to for learning. They may be away when the daemon starts, like a disk that is mounted
    /// late or has gone read-only: the camera runs without them.
    public var learningFolders: [String] { [registry, spool?.folder, learn?.work].compactMap { $0 } }

    /// Why a folder could not be made or written to now; nil where it could.
    public static func obstacle(toWriting folder: String) -> String? {
        var present = folder
        while present != "/", access(present, F_OK) != 0 {
            present = URL(fileURLWithPath: present).deletingLastPathComponent().path
        }
        var entry = stat()
        guard stat(present, &entry) == 0, access(present, W_OK) == 0 else {
            return "\(present): \(String(cString: strerror(errno)))"
        }
        return entry.st_mode & S_IFMT == S_IFDIR ? nil : "\(present) is no folder"
    }
}
