extension Configuration {
    /// Who tells where the vehicle is; the section `position`.
    public struct Position: Sendable, Equatable {
        /// gpsd's, a name or number without brackets.
        public var host: String
        public var port: Int

        init(_ section: ConfigurationSection) {
            let place = section.value(Keys.gpsd)
            (host, port) = (place.host, place.port)
        }
    }
}

extension Configuration.Position {
    enum Keys {
        static let gpsd = ConfigurationKey.address(
            "gpsd", port: 2947, "Where gpsd answers; it is asked again and again until it does.")
    }

    static let section = ConfigurationReference.Section(
        "position", "Where the vehicle is, for sidecars and the status. Left out, nobody is asked.", keys: [Keys.gpsd])
}
