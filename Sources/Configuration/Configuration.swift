import NeuralNetwork
import Video

/// What `camber run` is told by its configuration file.
public struct Configuration: Sendable, Equatable {
    /// Whether an output shows how far each pixel can be trusted.
    package var needsConfidence: Bool { outputs.contains { $0.kind == .confidence || $0.uncertainty } }

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
    /// Nil asks nobody where the vehicle is.
    public var position: Position?
    /// The Unix socket that `camber status` asks; nil for none.
    public var statusSocket: String?
    /// Nil serves no page.
    public var dashboard: Dashboard?
    public var logLevel: LogLevel
    /// What the file says of each key, by its path such as `gate.every`; keys with their standard value are not there.
    package var given: [String: String]
    /// Why outputs cannot be written now. That holds up no camera: it is tried again and again.
    public var unwritable: [ConfigurationError.Problem]

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
