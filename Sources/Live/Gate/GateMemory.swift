/// What the gate itself remembers of the frames that it has kept.
struct GateMemory {
    private let mostSignatures = 64
    /// Newest last.
    private(set) var signatures: [[UInt8]] = []
    private var times: [Duration] = []

    mutating func added(_ signature: [UInt8], at now: Duration) {
        signatures.append(signature)
        if signatures.count > mostSignatures { signatures.removeFirst() }
        times.removeAll { $0 < now - .seconds(3600) }
        times.append(now)
    }

    /// Frames kept in the hour before.
    func addedLately(at now: Duration) -> Int {
        times.count { $0 >= now - .seconds(3600) }
    }
}
