import RoadScenes

extension Configuration {
    /// Which frames are worth keeping for the learner; the section `gate`.
    public struct Gate: Sendable, Equatable {
        /// Between two frames that are looked at.
        public var every: Duration
        /// Which pixels get a label.
        public var selection: PixelSelection
        /// Least share of such pixels in a frame, 0…1.
        public var selected: Double
        /// Least mean absolute difference to what is there, of small gray pictures, 0…1.
        public var difference: Double
        /// The most that the gate may take of one processor, 0…1.
        public var cpu: Double
        /// Names of the classes whose frames are favoured.
        public var rare: [String]

        init(_ section: ConfigurationSection) {
            every = section.value(Keys.every)
            selection = PixelSelection(section)
            selected = section.value(Keys.selected)
            difference = section.value(Keys.difference)
            cpu = section.value(Keys.cpu)
            rare = section.texts(Keys.rare)
        }
    }
}

extension Configuration.Gate {
    enum Keys {
        static let every = ConfigurationKey(
            "every", .time(.milliseconds(100), .seconds(86400)), standard: .seconds(5), "Between two frames that are looked at.")
        static let selected = ConfigurationKey(
            "selected", .share, standard: 0.3, "Least part of a frame's pixels that can be trusted, or it is not kept.")
        static let difference = ConfigurationKey(
            "difference", .share, standard: 0.04,
            "Least difference to the frames that are kept already: the mean over small gray pictures.")
        static let cpu = ConfigurationKey(
            "cpu", .share("a share of one processor such as 10%, from 1% to 100%", in: 0.01...1), standard: 0.1,
            "The most that looking at frames may take of one processor.")
        static let rare = ConfigurationKey(
            "rare", .list(of: "class names"), otherwise: "none",
            "Frames with these classes pass with half of `selected` and `difference`, and are deleted last.")
    }

    static let section = ConfigurationReference.Section(
        "gate", "Which frames are kept for learning. Needs `spool`. Left out, none are.",
        keys: [Keys.every] + PixelSelection.Keys.all(.atRestart) + [Keys.selected, Keys.difference, Keys.cpu, Keys.rare])
}
