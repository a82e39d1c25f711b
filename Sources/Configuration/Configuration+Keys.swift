extension Configuration {
    enum Keys {
        static let model = ConfigurationKey(
            "model", .text("path or name"), otherwise: "must be given without `registry`",
            "The bundle: both networks and the classes in one file, or the name of one that comes with Camber, such as `camvid`; a file of that name goes "
                + "before. Beside a registry only what an empty one starts with.",
            takesEffect: .atReload)
        static let registry = ConfigurationKey(
            "registry", .path, otherwise: "none",
            "The folder of the numbered models, which all cameras of a vehicle can share. The current one is run; when another becomes current, it is "
                + "checked and takes its place between two frames.")
        static let probation = ConfigurationKey(
            "probation", .time(.seconds(1), .seconds(86400)), standard: .seconds(600),
            "For this long, without the time in which no frames come, the gate looks at its frames with a new model and with the one before it; does "
                + "the new one do worse, the one before comes back.")
        static let size = ConfigurationKey(
            "size", .size("480x360"), otherwise: "the bundle's own",
            "What the networks see. Smaller is faster and coarser; a size of the camera's shape wastes nothing on margins.")
        static let rate = ConfigurationKey(
            "fps", .rate, otherwise: "as many as come",
            "Frames a second; those beyond it are dropped before any work is done on them.", takesEffect: .atReload)
        static let steady = ConfigurationKey(
            "steady", .flag, standard: true,
            "Where the picture stays as it is, a class gives way to a surer one only, so that labels do not flicker.")
        static let threads = ConfigurationKey(
            "threads", .count(1...64), otherwise: "one for each processor that it may use",
            "For the networks. Of all cameras together at most the processors.")
        static let socket = ConfigurationKey(
            "socket", .path, otherwise: "in the user's or the service's run-time folder",
            "The Unix socket where `camber status` asks; `none` for none.")
        static let level = ConfigurationKey(
            "level", .choice(LogLevel.allCases.map { ($0.rawValue, $0) }), standard: .info, "How much is logged.",
            takesEffect: .atReload)
    }

    static let statusSection = ConfigurationReference.Section("status", "Where the daemon answers.", keys: [Keys.socket])
    static let logSection = ConfigurationReference.Section("log", "What is logged.", keys: [Keys.level])

    /// The whole file.
    static let section = ConfigurationReference.Section(
        "", "The keys at the top of the file.",
        keys: [Keys.model, Keys.registry, Keys.probation, Keys.size, Keys.rate, Keys.steady, Keys.threads],
        sections: [
            Source.section, Output.section, Gate.section, Spool.section, Learn.section, Position.section, statusSection,
            Dashboard.section,
            logSection,
        ])

    /// The keys whose values another reading of the file changes, and that a running daemon does not take; of lists their name.
    package func keysThatWait(in fresh: Configuration) -> [String] {
        let changed = Set(given.keys).union(fresh.given.keys).filter { given[$0] != fresh.given[$0] }
        let waiting = changed.subtracting(ConfigurationReference.withoutRestart)
        return Set(waiting.map { key in key.firstIndex(of: "[").map { String(key[..<$0]) } ?? key }).sorted()
    }
}
