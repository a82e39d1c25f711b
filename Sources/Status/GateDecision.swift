/// What the gate does with a frame whose turn it is.
public enum GateDecision: String, Sendable, Codable, CaseIterable {
    case spooled
    /// Kept for a person to label: too few pixels can be trusted, or the spool is full, and a person could add much.
    case unsure
    /// Too few pixels that can be trusted.
    case tooFewSelected = "too_few_selected"
    /// Too much like a frame that is there.
    case tooSimilar = "too_similar"
    /// Nearly all of it one class: a covered lens, or a broken model.
    case collapsed
    /// Part of the frame was missing, or made of frames that were lost.
    case damaged
    /// The spool is full, and enough of it has been renewed lately.
    case quota
    /// The picture has not changed for long: a camera that hangs.
    case frozen
    /// The gate was still at the frame before, or resting to hold its share of the processor.
    case busy
    /// The spool could not take it: its disk is full, read-only or broken.
    case failed
}
