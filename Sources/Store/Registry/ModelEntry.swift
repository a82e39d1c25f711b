import Foundation

/// One numbered bundle of the registry.
public struct ModelEntry: Sendable, Equatable, Codable, Identifiable {
    public enum State: String, Sendable, Codable {
        /// What the daemons run.
        case current
        /// Was current once.
        case retired
        /// Never was current, and nothing speaks against it.
        case candidate
        /// Was compared with the incumbent and was no better.
        case rejected
        /// Was current and was taken back; never chosen again by itself.
        case rolledBack
    }

    public var id: Int { number }
    public let number: Int
    /// The bundle's file.
    public let path: String
    /// As `ModelBundle.fingerprint`.
    public let fingerprint: String
    public let addedAt: Date
    /// Where it came from: `import`, `cycle 12`.
    public let origin: String
    public let state: State
    /// What the bundle says of itself: 0…1; nil where it says nothing.
    public let miou: Double?
}
