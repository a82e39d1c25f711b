extension Configuration {
    /// The folders that are written to for learning. They may be away when the daemon starts, like a disk that is mounted
    /// late or has gone read-only: the camera runs without them.
    public var learningFolders: [String] { [registry, spool?.folder, learn?.work].compactMap { $0 } }
}
