import Errors

extension Configuration {
    /// What an output of events keeps, and what marks one; the further keys of such an output.
    public struct Event: Sendable, Equatable {
        public var before: Duration
        public var after: Duration
        /// Units: bytes of packets that wait for a mark, at most.
        public var memory: Int
        /// Classes whose share marks an event when it passes this.
        public var limits: [ClassLimit]
        /// Whether a road that becomes unfamiliar marks one.
        public var unfamiliar: Bool

        init(_ section: ConfigurationSection) {
            before = section.value(Keys.before)
            after = section.value(Keys.after)
            memory = section.value(Keys.memory)
            limits = section.shares(Keys.when)
            unfamiliar = section.value(Keys.unfamiliar)
        }

        /// What is wrong with it for a model of these classes; nil where nothing is.
        package func problem(with classes: [String]) -> CamberError? {
            limits.first { !classes.contains($0.name) }.map { .noClass($0.name, key: "when", among: classes) }
        }
    }
}

extension Configuration.Event {
    enum Keys {
        static let before = ConfigurationKey(
            "before", .time(.seconds(1), .seconds(600)), standard: .seconds(10),
            "What an `event` keeps of the time before its mark, from the key frame before it.")
        static let after = ConfigurationKey(
            "after", .time(.seconds(1), .seconds(3600)), standard: .seconds(20),
            "What an `event` keeps of the time after its last mark.")
        static let memory = ConfigurationKey(
            "memory", .bytes(atLeast: 1_000_000), standard: 64_000_000,
            "The most memory that the time before a mark may take; where it lasts for less than `before`, the log says so.")
        static let when = ConfigurationKey(
            "when", .shares, otherwise: "nothing",
            "Classes whose share of the picture marks an `event` when it passes this, such as `{pedestrian: 5%}`.")
        static let unfamiliar = ConfigurationKey(
            "unfamiliar", .flag, standard: false,
            "Whether a road that becomes unfamiliar to the model marks an `event`. Needs `gate`.")

        static let all: [any ConfigurationKeyDescription] = [before, after, memory, when, unfamiliar]
    }
}
