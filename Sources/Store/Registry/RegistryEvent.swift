import Foundation

/// Something that happened to a model of the registry.
public struct RegistryEvent: Sendable, Equatable, Codable {
    public enum Kind: String, Sendable, Codable {
        case added, promoted, rejected, rolledBack
        /// Made current again by a rollback of its successor.
        case restored
        /// The bundle's file was removed to save room.
        case removed
    }

    /// Grows with every event of the registry, whatever the clock does.
    public let sequence: Int
    public let time: Date
    public let kind: Kind
    /// The model's number.
    public let number: Int
    public let reason: String
}
