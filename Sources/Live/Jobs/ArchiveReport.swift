import Files
import RoadScenes

/// The account of several recordings.
public struct ArchiveReport: Sendable, Codable {
    public struct Failure: Sendable, Codable, Equatable {
        public var input: String
        public var problem: String

        public init(input: String, problem: String) {
            (self.input, self.problem) = (input, problem)
        }
    }

    /// The recordings that were dealt out to the parts of a job.
    public struct Dealt: Sendable, Codable, Equatable {
        public var recordings: Int
        /// A sum over their names, in order.
        public var names: String

        public init(_ names: [String]) {
            var sum = Checksum()
            for name in names {
                sum.combine(name.utf8)
                sum.combine(0 as UInt32)
            }
            (recordings, self.names) = (names.count, sum.description)
        }
    }

    public var settings: SegmentSettings
    public var frames: Int
    public var damaged: Int
    public var missing: Int
    public var seconds: Double
    public var model: String
    /// Share of pixels by class name over all frames, 0…1.
    public var classes: [String: Double]
    /// What the masks' values stand for, in the order of the indices.
    public var labels: [ClassSet.Entry]
    public var inputs: [SegmentReport]
    public var failures: [Failure]
    /// Whether all recordings are done, and nothing of them is lost.
    public var complete: Bool
    /// Of a job whose parts were joined: those that are not in it.
    public var missingParts: [String]?
    /// Of a part of a job: what all parts together have; nil of everything else.
    public var dealt: Dealt?

    enum CodingKeys: String, CodingKey {
        case settings, frames, damaged, missing, seconds, model, classes, labels, inputs, failures, complete, dealt
        case missingParts = "missing_parts"
    }

    public init(
        _ reports: [SegmentReport], settings: SegmentSettings, model: String, labels: [ClassSet.Entry], failures: [Failure],
        isComplete: Bool
    ) {
        frames = reports.reduce(0) { $0 + $1.frames }
        // A recording that was split is read from its start by every part: what is counted on the way is counted once.
        func once(_ count: KeyPath<SegmentReport, Int>) -> Int {
            Dictionary(reports.map { (ExactName($0.input), $0[keyPath: count]) }, uniquingKeysWith: max).values.reduce(0, +)
        }
        damaged = once(\.damaged)
        missing = once(\.missing)
        seconds = reports.reduce(0) { $0 + $1.seconds }
        classes = [:]
        for report in reports where frames > 0 {
            for (name, share) in report.classes { classes[name, default: 0] += share * Double(report.frames) / Double(frames) }
        }
        (self.settings, self.model, self.labels) = (settings, model, labels)
        (inputs, self.failures, complete) = (reports, failures, isComplete)
    }
}
