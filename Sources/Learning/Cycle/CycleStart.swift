import Foundation

/// What a cycle began with; it never changes, so that the cycle ends the same however often it is interrupted.
struct CycleStart: Codable, Equatable {
    /// A frame of the spool, copied to the work folder.
    struct Item: Codable, Equatable {
        /// What it is called in the history.
        var name: String
        /// Its file in the work folder's frames.
        var file: String
        /// Of the file; nil in a cycle that an older version began.
        var checksum: String?
    }

    /// The registry's number of this cycle.
    var id: Int
    var startedAt: Date
    /// Of order and augmentation, and of the gate's bootstrap.
    var seed: UInt64
    /// The current bundle's number and fingerprint.
    var incumbent: Int
    var fingerprint: String
    /// Fingerprint of the plan.
    var settings: String
    /// The newest first.
    var items: [Item]
    /// What was not learned from, each with the reason.
    var leftOut: [String]?
    /// The names of labeled pictures that are too much like held-out ones.
    var labeledLeftOut: [String]?
    /// Files of items that were damaged after they had been trained on.
    var lost: [String]?

    /// What the registry notes as the candidate's origin.
    var origin: String { "cycle \(id)" }
}
