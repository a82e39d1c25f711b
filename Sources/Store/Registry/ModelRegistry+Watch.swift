import Files

extension ModelRegistry {
    private var watchFiles: StoreFolder { StoreFolder(path: files.path("watch"), surroundings: files.surroundings) }

    private func watchName(_ watcher: String) -> String { Checksum(watcher.utf8).description + ".json" }

    /// What a daemon has kept of its watching; nil where it has kept nothing that can be read.
    ///
    /// - Parameter watcher: its configuration file.
    public func watch(of watcher: String) -> ModelWatch? {
        watchFiles.record(
            watchName(watcher), ModelWatch.self, format: ModelWatch.format, atMost: 1 << 20, isSound: { $0.isSound(watcher) }
        ).value
    }

    /// Keeps it; nobody else writes this daemon's.
    public func keep(_ watch: ModelWatch) throws(StoreError) {
        try watchFiles.create()
        try watchFiles.write(StoreJSON.encode(watch), watchName(watch.watcher))
    }
}
