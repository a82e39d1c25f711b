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
        /// The file of the frame that came just before it, and its checksum; nil where there is none.
        var before: String?
        var beforeChecksum: String?
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
    /// Frames that nothing is learned from, by stretches of road: whether a candidate is better on this road is seen there.
    var keptBack: [[Item]]?
    /// The number of each held-out picture's stretch of road.
    var heldOutStretches: [Int]?
    /// How many candidates there were since one was promoted, this one included.
    var attempt: Int?
    /// What was not learned from, each with the reason.
    var leftOut: [String]?
    /// The names of labeled pictures that are too much like held-out ones.
    var labeledLeftOut: [String]?
    /// Files of items that were damaged after they had been trained on.
    var lost: [String]?

    /// What the registry notes as the candidate's origin.
    var origin: String { "cycle \(id)" }
}
