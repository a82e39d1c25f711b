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

        public init(
            every: Duration = .seconds(5), selection: PixelSelection = .usual, selected: Double = 0.3, difference: Double = 0.04,
            cpu: Double = 0.1, rare: [String] = []
        ) {
            (self.every, self.selection, self.selected) = (every, selection, selected)
            (self.difference, self.cpu, self.rare) = (difference, cpu, rare)
        }
    }
}

extension Configuration.Gate {
    init(_ section: ConfigurationSection) {
        self.init()
        every = section.time("every", from: .milliseconds(100), to: .seconds(86400)) ?? every
        selection = PixelSelection(section)
        selected = section.share("selected") ?? selected
        difference = section.share("difference") ?? difference
        cpu =
            section.value("cpu", "a share of one processor such as 10%, from 1% to 100%") { text in
                ShareText.share(text).flatMap { $0 >= 0.01 ? $0 : nil }
            } ?? cpu
        rare = section.texts("rare")
        section.reportUnknownKeys()
    }
}
