extension Configuration {
    /// Something that is written; an entry of the list `outputs`.
    public struct Output: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            /// Video with the class colours over the picture.
            case overlay
            /// Video of class indices, or a folder of pictures.
            case masks
            /// Video of the auxiliary network's confidence.
            case confidence
            /// The latest overlay as one picture, replaced again and again.
            case picture
        }

        public var kind: Kind
        public var file: String
        /// A new file after this long; nil keeps to one.
        public var segment: Duration?
        /// How often the picture is replaced.
        public var every: Duration
        /// How much of it is kept.
        public var limits: RecordingLimits
        /// Whether uncertain areas are hatched.
        public var uncertainty: Bool

        public init(
            kind: Kind, file: String, segment: Duration?, every: Duration, limits: RecordingLimits = .init(),
            uncertainty: Bool = false
        ) {
            (self.kind, self.file, self.segment, self.every, self.limits) = (kind, file, segment, every, limits)
            self.uncertainty = uncertainty
        }

        /// Nil only if a problem was found.
        init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
            let hasKind = section.required(Keys.kind, "It is \(Keys.kind.kind.expected).") != nil
            let kind = hasKind ? section.given(Keys.kind) : nil
            let file = section.required(Keys.file, "Name the file to write.")
            segment = section.given(Keys.segment)
            every = section.value(Keys.every)
            limits = RecordingLimits(
                size: section.given(Keys.size), age: section.given(Keys.age), keepFree: section.given(Keys.keepFree))
            uncertainty = section.value(Keys.uncertainty)
            guard let kind, let file else { return nil }
            self.kind = kind
            if !limits.isEmpty, segment == nil || kind == .picture {
                section.findings.add(
                    file.node, "'size', 'age' and 'keep_free' remove old files, and \(file.text) is only one.",
                    remedy: kind == .picture ? "Leave them out." : "Add 'segment:', such as 10m.")
            }
            if uncertainty, kind != .overlay, kind != .picture {
                section.findings.add(
                    file.node, "'uncertainty' hatches an overlay, and \(file.text) is none.", remedy: "Leave it out.")
            }
            self.file = paths.output(file.text, file.node, kind)
        }
    }
}

extension Configuration.Output {
    enum Keys {
        static let kind = ConfigurationKey(
            "kind", .choice(Kind.allCases.map { ($0.rawValue, $0) }), otherwise: "must be given",
            "`overlay`: video of the class colours over the picture (`.mp4`, `.mkv`). `masks`: video of class indices (`.mkv`), or PNGs in a folder "
                + "(a name with `/` at its end). `confidence`: video of how far each pixel can be trusted (`.mkv`). `picture`: the latest overlay, "
                + "replaced again and again (`.jpg`, `.png`).")
        static let file = ConfigurationKey("file", .path, otherwise: "must be given", "What is written.")
        static let segment = ConfigurationKey(
            "segment", .time(.seconds(1), .seconds(86400)), otherwise: "one file",
            "A new file, with the time in its name, after this long.")
        static let every = ConfigurationKey(
            "every", .time(.milliseconds(50), .seconds(3600)), standard: .seconds(1), "How often a `picture` is replaced.")
        static let size = ConfigurationKey(
            "size", .bytes(atLeast: 1_000_000), otherwise: "no limit",
            "The most that the files of this output take, the one being written among them; the oldest finished ones go first.")
        static let age = ConfigurationKey(
            "age", .time(.seconds(1), .seconds(315_360_000)), otherwise: "no limit", "Files that ended longer ago go.")
        static let keepFree = ConfigurationKey(
            "keep_free", .bytes(atLeast: 0), otherwise: "no limit", "What stays free on the disk, whoever fills it.")
        static let uncertainty = ConfigurationKey(
            "uncertainty", .flag, standard: false,
            "Hatches what should be right in less than four of five pixels, on an `overlay` or a `picture`; costs the second network."
        )
    }

    static let section = ConfigurationReference.Section(
        "outputs",
        "What is written: any number of these, each an entry of a list. A slow one loses frames of its own, never the loop's.",
        keys: [Keys.kind, Keys.file, Keys.segment, Keys.every, Keys.size, Keys.age, Keys.keepFree, Keys.uncertainty])
}
