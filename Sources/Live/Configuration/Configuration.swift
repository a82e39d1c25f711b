import NeuralNetwork
import Video

/// What `camber run` is told by its configuration file.
public struct Configuration: Sendable, Equatable {
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
    }

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
    }

    /// Whether an output shows how far each pixel can be trusted.
    var needsConfidence: Bool { outputs.contains { $0.kind == .confidence || $0.uncertainty } }

    /// The file it was read from.
    public var file: String
    public var source: Source
    /// The bundle's file; beside a registry only what an empty one starts with. Nil only where there is a registry.
    public var model: String?
    /// The folder of the numbered bundles, whose current one is run and swapped when another becomes current.
    public var registry: String?
    /// How long a new model is watched before it is trusted.
    public var probation: Duration
    /// Nil keeps no frames.
    public var gate: Gate?
    /// There wherever `gate` or `learn` is.
    public var spool: Spool?
    /// Nil never learns.
    public var learn: Learn?
    /// What the network sees; nil takes the bundle's own size.
    public var size: Graph.Size?
    /// Whether labels are kept from flickering where the picture stays as it is.
    public var steady: Bool
    /// Units: frames per second; nil takes as many as come.
    public var rate: Double?
    public var threads: Int
    public var outputs: [Output]
    /// The Unix socket that `camber status` asks; nil for none.
    public var statusSocket: String?
    /// Nil serves no page.
    public var dashboard: Dashboard?
    public var logLevel: LogLevel

    /// The bundle's file that is run.
    public var modelFile: String {
        guard let file = registry.map({ "\($0)/current" }) ?? model else { preconditionFailure("neither model nor registry") }
        return file
    }

    /// How much is logged.
    public enum LogLevel: String, Sendable, CaseIterable {
        case debug, info, notice, warning, error
    }
}
