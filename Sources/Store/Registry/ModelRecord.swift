import Foundation
import RoadScenes

/// What lies beside a bundle as JSON: where it came from and everything that happened to it.
struct ModelRecord: Sendable, Equatable, Codable {
    struct Event: Sendable, Equatable, Codable {
        /// Grows over all models of the registry.
        var sequence: Int
        var time: Date
        var kind: RegistryEvent.Kind
        var reason: String
    }

    static let format = 1

    var format = Self.format
    var number: Int
    var fingerprint: String
    var origin: String
    var classes: ClassSet
    var miou: Double?
    /// The fingerprint of the bundle that training started from.
    var parent: String?
    var history: [Event]

    func isSound(_ number: Int) -> Bool {
        format == Self.format && self.number == number && !history.isEmpty
            && history.allSatisfy { (0..<1 << 50).contains($0.sequence) }
    }

    /// The last event that changed what the model is; adding it did that first.
    private var lastChange: RegistryEvent.Kind { history.last { $0.kind != .removed }?.kind ?? .added }

    /// What the model is while another one is current.
    var restingState: ModelEntry.State {
        switch lastChange {
        case .added, .removed: .candidate
        case .promoted, .restored: .retired
        case .rejected: .rejected
        case .rolledBack: .rolledBack
        }
    }

    /// When it last became current; nil where it never did.
    var lastTerm: Int? { history.last { $0.kind == .promoted || $0.kind == .restored }?.sequence }

    func entry(in folder: String, isCurrent: Bool) -> ModelEntry {
        ModelEntry(
            number: number, path: "\(folder)/\(ModelFile.bundle.name(number))", fingerprint: fingerprint,
            addedAt: history[0].time, origin: origin, state: isCurrent ? .current : restingState, miou: miou)
    }
}
