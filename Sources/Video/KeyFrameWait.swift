/// How long a live source may send what cannot be decoded yet: who joins in the middle waits for the next key frame.
struct KeyFrameWait {
    /// Units: seconds; some cameras send one a minute.
    static let longest = 90.0

    /// Units: seconds; nil waits for as long as it takes.
    private let stallTimeout: Double?
    private let interruption: Interruption
    /// Units: nanoseconds of the monotonic clock; nil before the first packet.
    private var began: Int64?
    private var isOver = false

    init(stallTimeout: Double?, _ interruption: Interruption) {
        (self.stallTimeout, self.interruption) = (stallTimeout, interruption)
    }

    /// Nothing can be known of the pictures before one has been decoded.
    mutating func begin() { packetCame() }

    /// Something came, but no picture yet: that is no stall.
    mutating func packetCame() {
        guard let stallTimeout, !isOver else { return }
        let now = Interruption.now()
        let waited = Double(now - (began ?? now)) / 1e9
        began = began ?? now
        interruption.setDeadline(in: min(stallTimeout, Self.longest - waited))
        if waited >= 1 { interruption.waitsFor = "It waits for a key frame, without which nothing can be decoded." }
    }

    mutating func end() {
        isOver = true
        interruption.waitsFor = nil
    }

    /// Why the wait was given up; nil where it is no such wait.
    func error(_ name: String) -> VideoError? {
        guard let began, !isOver, Double(Interruption.now() - began) / 1e9 >= Self.longest - 1 else { return nil }
        return VideoError(
            "\(name) has sent no key frame for \(Int(Self.longest)) s, and without one nothing can be decoded.",
            remedy: "Set the camera's interval between key frames ('GOP', 'I-frame interval') to a few seconds.")
    }
}
