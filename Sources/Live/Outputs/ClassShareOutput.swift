import Synchronization
import Threads
import Video

/// Counts how often each class is seen, for the report.
///
/// Threading: its lane's thread writes; any thread reads once the lane has ended.
// Safe to send: the figures are under a mutex, the counting table belongs to the lane's thread.
public final class ClassShareOutput: FrameOutput, @unchecked Sendable {
    /// One frame's part of the report.
    public struct Frame: Sendable, Codable, Equatable {
        public var frame: Int
        /// Units: seconds in the source.
        public var time: Double
        /// Units: milliseconds from decoded to labeled.
        public var latency: Double
        /// Part of the frame was missing; nil where none was.
        public var damaged: Bool?
        /// Share of pixels by class name, 0…1.
        public var classes: [String: Double]
    }

    private let names: [String]
    private let keepsFrames: Bool
    private var counts = [Int](repeating: 0, count: 1024)
    private let figures: Mutex<(totals: [Int], frames: [Frame], circumstances: CircumstanceSummary)>

    public init(names: [String], keepsFrames: Bool) {
        (self.names, self.keepsFrames) = (names, keepsFrames)
        figures = Mutex((Array(repeating: 0, count: names.count), [], CircumstanceSummary()))
    }

    public func write(_ slot: FrameSlot) {
        let pixels = slot.classMap.countClasses(&counts)
        figures.withLock { figures in
            for index in names.indices { figures.totals[index] += counts[index] }
            figures.circumstances.add(slot)
            guard keepsFrames else { return }
            let shares = names.indices.map { (names[$0], Double(counts[$0]) / Double(max(1, pixels))) }
            figures.frames.append(
                Frame(
                    frame: slot.stamp.index, time: slot.stamp.time.seconds,
                    latency: (slot.delivered - slot.captured).inMilliseconds,
                    damaged: slot.stamp.isDamaged ? true : nil, classes: Dictionary(shares) { $0 + $1 }))
        }
    }

    public func close() {}

    /// Pixels by class index, over all frames.
    public var totals: [Int] { figures.withLock { $0.totals } }
    /// When and where the frames were taken, as far as that is known.
    var circumstances: CircumstanceSummary { figures.withLock { $0.circumstances } }
    public var frames: [Frame] { figures.withLock { $0.frames } }
}
