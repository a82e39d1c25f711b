import RoadScenes
import Status

/// Decides which frames are worth keeping, from what is known of the frame and of the spool alone.
///
/// A frame with a rare class passes with half the selected pixels and half the difference that others need, and is no
/// part of the quota. A spool that is full lets a tenth of its frames be renewed in an hour, so that one long drive does
/// not wash out all others.
///
/// A frame that the learner cannot use may still be kept for a person, if it differs from what is there and is among those to which a
/// person could add most; at most one in ten seconds, so that one street does not fill the queue.
public struct GateRules: Sendable, Equatable {
    /// Least share of pixels with enough confidence.
    public var selected: Double
    /// Least difference to the nearest frame that is there, as `FrameSignature.difference`.
    public var difference: Double
    /// Indices of the rare classes.
    public var rare: [Int]

    /// How much less is asked of a frame with a rare class.
    public static let favour = 0.5
    /// The part of a full spool that may be renewed in an hour.
    public static let renewedPerHour = 0.1

    /// Units: seconds between two frames that are kept for a person.
    public static let unsureSpacing = 10.0

    public init(selected: Double, difference: Double, rare: [Int]) {
        (self.selected, self.difference, self.rare) = (selected, difference, rare)
    }

    /// How full the spool is.
    public struct SpoolState: Sendable, Equatable {
        public var isFull: Bool
        public var items: Int
        /// Frames that this gate has added in the last hour.
        public var addedLately: Int

        public init(isFull: Bool, items: Int, addedLately: Int) {
            (self.isFull, self.items, self.addedLately) = (isFull, items, addedLately)
        }
    }

    /// The queue of frames that wait for a person.
    public struct UnsureQueue: Sendable, Equatable {
        public var items: Int
        /// The most items; 0 where none are wanted.
        public var limit: Int
        /// Of the one that goes first; nil where there is none.
        public var least: Double?
        /// Whether the last one was added a short time ago.
        public var isResting: Bool

        public init(items: Int, limit: Int, least: Double?, isResting: Bool = false) {
            (self.items, self.limit, self.least, self.isResting) = (items, limit, least, isResting)
        }

        func takes(_ unsureness: Double) -> Bool {
            if isResting || limit == 0 { return false }
            return items < limit || unsureness > least ?? 1
        }
    }

    /// Whether a class that is named as rare has at least `PseudoLabel.heldShare` of the pixels.
    public func holdsRareClass(_ look: GateLook) -> Bool {
        rare.contains { look.selectedShares[$0] >= PseudoLabel.heldShare }
    }

    /// Whether a frame is kept, for the learner or for a person, or why it is not.
    ///
    /// - Parameters:
    ///   - nearest: difference to the most similar frame that is there; nil where none is. Like the others, it is called only where the
    ///     decision depends on it.
    public func decide(
        _ look: GateLook, nearest: () -> Double?, spool: () -> SpoolState, queue: () -> UnsureQueue
    ) -> GateDecision {
        let decision = decide(look, nearest: nearest, spool: spool)
        guard decision == .tooFewSelected || decision == .quota, queue().takes(look.unsureness) else { return decision }
        return nearest() ?? 1 >= difference ? .unsure : decision
    }

    /// Whether the learner gets it.
    private func decide(_ look: GateLook, nearest: () -> Double?, spool: () -> SpoolState) -> GateDecision {
        if look.isCollapsed { return .collapsed }
        let isRare = holdsRareClass(look)
        let share = isRare ? Self.favour : 1
        if look.selectedRatio < selected * share { return .tooFewSelected }
        if let nearest = nearest(), nearest < difference * share { return .tooSimilar }
        if isRare { return .spooled }
        let state = spool()
        let quota = max(1, Int(Double(state.items) * Self.renewedPerHour))
        return state.isFull && state.addedLately >= quota ? .quota : .spooled
    }
}
