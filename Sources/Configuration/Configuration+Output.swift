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
            /// The camera's own video around marks.
            case event
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
        /// Whether every frame gets a line in a file beside it.
        public var sidecar: Bool
        /// There for the kind `event`, and for no other.
        public var event: Configuration.Event?

        public init(
            kind: Kind, file: String, segment: Duration?, every: Duration, limits: RecordingLimits = .init(),
            uncertainty: Bool = false, sidecar: Bool = false
        ) {
            (self.kind, self.file, self.segment, self.every, self.limits) = (kind, file, segment, every, limits)
            (self.uncertainty, self.sidecar) = (uncertainty, sidecar)
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
            sidecar = section.value(Keys.sidecar)
            let event = Configuration.Event(section)
            guard let kind, let file else { return nil }
            self.kind = kind
            if kind == .event {
                self.event = event
            } else if let key = section.given(among: Configuration.Event.Keys.all) {
                section.findings.add(
                    file.node, "'\(key)' is for outputs of the kind 'event', and \(file.text) is none.", remedy: "Leave it out.")
            }
            if !limits.isEmpty, kind != .event, segment == nil || kind == .picture {
                section.findings.add(
                    file.node, "'size', 'age' and 'keep_free' remove old files, and \(file.text) is only one.",
                    remedy: kind == .picture ? "Leave them out." : "Add 'segment:', such as 10m.")
            }
            if uncertainty, kind != .overlay, kind != .picture {
                section.findings.add(
                    file.node, "'uncertainty' hatches an overlay, and \(file.text) is none.", remedy: "Leave it out.")
            }
            if sidecar, kind == .picture || kind == .event {
                section.findings.add(
                    file.node, "'sidecar' tells of the frames of a recording, and \(file.text) is none of labels.",
                    remedy: "Leave it out, or add it to an output of another kind.")
            }
            if kind == .event, segment != nil {
                section.findings.add(
                    file.node, "'segment' is for outputs that record all the time, and \(file.text) is one of events.",
                    remedy: "Leave it out; 'before' and 'after' say how much of the video is kept.")
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
                + "replaced again and again (`.jpg`, `.png`). `event`: the camera's own video around marks, as it came (`.mp4`, `.mkv`)."
        )
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
        static let sidecar = ConfigurationKey(
            "sidecar", .flag, standard: false,
            "Whether a file beside each recording, `NAME.jsonl`, has a line of JSON for every frame: number, time, UTC and what speaks against "
                + "the clock, class shares, an unfamiliar road, position.")
    }

    static let section = ConfigurationReference.Section(
        "outputs",
        "What is written: any number of these, each an entry of a list. A slow one loses frames of its own, never the loop's.",
        keys: [
            Keys.kind, Keys.file, Keys.segment, Keys.every, Keys.size, Keys.age, Keys.keepFree, Keys.uncertainty, Keys.sidecar,
        ]
            + Configuration.Event.Keys.all)
}
