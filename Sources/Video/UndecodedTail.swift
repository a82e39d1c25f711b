/// The packets at the end of a recording of which no picture came.
struct UndecodedTail {
    /// Fewer are a decoder's ways: a field, a picture that is not shown.
    private static let fewest = 3

    /// Since the last picture that came before the recording's end.
    private var packets = 0
    private var drained = 0
    private var hasFaults = false

    mutating func sent() { packets += 1 }

    mutating func failed() { hasFaults = true }

    /// A picture came. Those that come when all packets have gone in may be of any of them.
    mutating func received(isDraining: Bool) {
        if isDraining {
            drained += 1
        } else {
            (packets, hasFaults) = (0, false)
        }
    }

    /// At least so many pictures are missing.
    var count: Int { hasFaults && packets - drained >= Self.fewest ? packets - drained : 0 }
}
