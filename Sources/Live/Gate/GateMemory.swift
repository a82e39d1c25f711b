/// What the gate itself remembers of the frames that it has kept.
struct GateMemory {
    private let mostSignatures = 64
    /// Newest last.
    private(set) var signatures: [[UInt8]] = []
    private var times: [Duration] = []
    private var unsureTime: Duration?

    mutating func added(_ signature: [UInt8], isUnsure: Bool = false, at now: Duration) {
        signatures.append(signature)
        if signatures.count > mostSignatures { signatures.removeFirst() }
        if isUnsure {
            unsureTime = now
            return
        }
        times.removeAll { $0 < now - .seconds(3600) }
        times.append(now)
    }

    /// Whether a frame was kept for a person a short time ago.
    func isResting(at now: Duration) -> Bool {
        unsureTime.map { now - $0 < .seconds(GateRules.unsureSpacing) } ?? false
    }

    /// Frames kept for the learner in the hour before.
    func addedLately(at now: Duration) -> Int {
        times.count { $0 >= now - .seconds(3600) }
    }
}
