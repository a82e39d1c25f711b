import Errors
import NeuralNetwork
import RoadScenes
import Video

extension Configuration {
    /// Where the pictures come from; the section `source`.
    public struct Source: Sendable, Equatable {
        /// A file, a folder of images, a device, a URL, or `-`.
        public var location: String
        /// Nil decides by the source: live ones are live, recordings give every frame.
        public var pace: Pace?
        /// Whether a recording starts again at its end.
        public var repeats: Bool
        /// How long to wait before the first new attempt; doubles with each.
        public var reconnectAfter: Duration
        public var reconnectAtMost: Duration
        /// A live source that gives no frame for this long counts as stalled and is opened anew.
        public var stallTimeout: Duration
        /// Which of several video streams, counted from 1; nil takes the best.
        public var stream: Int?
        /// Units: frames per second of what says no rate itself, and of an address of single pictures; nil takes what there is.
        public var rate: Double?
        /// A picture that stays the same for this long counts as frozen; zero for never.
        public var frozenAfter: Duration
        /// Parts of the picture that show no road, such as the own bonnet: never labeled, kept or learned from.
        public var ignored: [IgnoredArea]
        /// What a camera device is asked for.
        public var deviceSize: Graph.Size?
        public var deviceRate: Double?
        public var deviceFormat: String?

        /// Nil only if a problem was found.
        init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
            let location = section.required(
                Keys.location, "Name a file, a folder of images, a device such as /dev/video0, or a URL.")
            pace = section.given(Keys.pace)
            repeats = section.value(Keys.repeats)
            reconnectAfter = section.value(Keys.reconnectAfter)
            reconnectAtMost = max(reconnectAfter, section.value(Keys.reconnectAtMost))
            stallTimeout = section.value(Keys.stallTimeout)
            stream = section.given(Keys.stream)
            rate = section.given(Keys.rate)
            frozenAfter = section.value(Keys.frozenAfter)
            ignored = Self.ignored(section, paths)
            let camera = section.section(Self.camera)
            deviceSize = camera?.given(Keys.deviceSize)
            deviceRate = camera?.given(Keys.deviceRate)
            deviceFormat = camera?.text(Keys.deviceFormat)?.text
            guard let location else { return nil }
            self.location = paths.source(location.text, location.node)
        }

        /// Whether it comes back by itself: a device, a stream, anything that is no recording on disk.
        package var isLive: Bool { SourceLocation.isLive(location) }

        /// Live sources are live; recordings give every frame unless they play the camera.
        public var effectivePace: Pace { pace ?? (isLive ? .live : .everyFrame) }

        /// Why no camera's own video comes from there, as far as the location tells; nil where one may.
        var whyWithoutPackets: String? { VideoSource.whyWithoutPackets(location) }

        private static func ignored(_ section: ConfigurationSection, _ paths: ConfigurationPaths) -> [IgnoredArea] {
            section.texts(Keys.ignore).compactMap { text in
                do throws(CamberError) {
                    return try IgnoredArea(text) { paths.resolve($0, section.node(Keys.ignore)) }
                } catch {
                    section.findings.add(section.node(Keys.ignore), "'source.ignore': \(error.problem)", remedy: error.remedy)
                    return nil
                }
            }
        }
    }
}

extension Configuration.Source {
    enum Keys {
        static let location = ConfigurationKey(
            "location", .text("path or address"), otherwise: "must be given",
            "A device such as `/dev/video0`, an address (`rtsp://user:password@host/stream`, `http://`, `udp://`, `tcp://`), a video, a folder of "
                + "pictures, or `-`.")
        static let pace = ConfigurationKey(
            "pace", .choice([("every-frame", Pace.everyFrame), ("source", .source)]),
            otherwise: "`every-frame` for recordings, live for the rest",
            "How a recording is played: each frame gets its turn, or it goes by its timestamps like a camera and the newest frame wins."
        )
        static let repeats = ConfigurationKey("repeat", .flag, standard: false, "Whether a recording starts again at its end.")
        static let reconnectAfter = ConfigurationKey(
            "reconnect_after", .time(.milliseconds(10), .seconds(3600)), standard: .milliseconds(500),
            "The pause before a live source is opened again; it doubles with each attempt.")
        static let reconnectAtMost = ConfigurationKey(
            "reconnect_at_most", .time(.milliseconds(10), .seconds(3600)), standard: .seconds(30), "The longest such pause.")
        static let stallTimeout = ConfigurationKey(
            "stall_timeout", .time(.milliseconds(100), .seconds(3600)), standard: .seconds(5),
            "A live source that gives no frame for this long is opened anew.")
        static let stream = ConfigurationKey(
            "stream", .count(1...64), otherwise: "the best", "Which of several video streams, counted from 1.")
        static let rate = ConfigurationKey(
            "rate", .rate, otherwise: "what there is",
            "Frames a second of what says none itself, such as raw video, and how often an address of a single picture is asked for."
        )
        static let frozenAfter = ConfigurationKey(
            "frozen_after", .timeOrNone(.seconds(1), .seconds(3600)), standard: .seconds(10),
            "A picture that stays the same for this long is reported and not kept for learning; `none` does not look.")
        static let ignore = ConfigurationKey(
            "ignore", .list(of: "areas"), otherwise: "nothing",
            "Parts of the picture that show no road, such as the own bonnet: never labeled, kept or learned from. Corners in percent of width and "
                + "height (`0,85 100,85 100,100 0,100`), or a picture that is black or transparent where the road is. Plain black bars are found without it."
        )
        static let deviceSize = ConfigurationKey(
            "size", .size("1280x720"), otherwise: "what the camera offers", "Of the pictures.")
        static let deviceRate = ConfigurationKey("fps", .rate, otherwise: "what the camera offers", "Pictures a second.")
        static let deviceFormat = ConfigurationKey(
            "format", .text("name"), otherwise: "what the camera offers", "Such as `mjpeg` or `yuyv422`.")
    }

    private static let camera = ConfigurationReference.Section(
        "camera", "What a camera device is asked for.", keys: [Keys.deviceSize, Keys.deviceRate, Keys.deviceFormat])

    static let section = ConfigurationReference.Section(
        "source", "Where the pictures come from.",
        keys: [
            Keys.location, Keys.pace, Keys.repeats, Keys.stream, Keys.rate, Keys.stallTimeout, Keys.reconnectAfter,
            Keys.reconnectAtMost,
            Keys.frozenAfter, Keys.ignore,
        ], sections: [camera])
}
