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

    /// For people, as the page calls it.
    public var words: String {
        switch self {
        case .spooled: "kept"
        case .unsure: "for a person"
        case .tooFewSelected: "too uncertain"
        case .tooSimilar: "too similar"
        case .collapsed: "one class only"
        case .damaged: "damaged"
        case .quota: "enough for now"
        case .frozen: "picture unchanged"
        case .busy: "gate was busy"
        case .failed: "not written"
        }
    }
}
