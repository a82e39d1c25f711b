import Synchronization

/// The last packets of a source: as many seconds as are wanted and a few more, from a key packet on, and never more than so many bytes.
///
/// Threading: any.
public final class PacketRing: Sendable {
    private struct State {
        /// Numbered one after the other.
        var packets: [SourcePacket] = []
        /// Numbers of those that a file can begin with.
        var keys: [Int] = []
        var bytes = 0
        var latest = 0.0
        var nextNumber = 0
        var refusal: String?
        var shortage: Double?

        mutating func removeFirst(_ count: Int) {
            for packet in packets[..<count] { bytes -= packet.cost }
            packets.removeFirst(count)
            let first = packets.first?.number ?? nextNumber
            if let gone = keys.firstIndex(where: { $0 >= first }) { keys.removeFirst(gone) } else { keys = [] }
        }
    }

    /// Units: seconds that are held beyond those that are wanted: so long may who reads them be busy with a slow disk.
    private static let slack = 5.0

    private let seconds: Double
    private let mostBytes: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - seconds: that are kept at least, as far as `bytes` last.
    ///   - bytes: of memory, at most.
    public init(seconds: Double, bytes: Int) { (self.seconds, mostBytes) = (seconds, bytes) }

    /// Units: seconds and bytes that it holds.
    public var held: (seconds: Double, bytes: Int) {
        state.withLock { state in
            (state.keys.first.map { state.latest - state.packets[$0 - state.packets[0].number].position } ?? 0, state.bytes)
        }
    }

    /// Units: seconds, as `SourcePacket.position`, of the packet that came last; 0 before the first.
    public var latest: Double { state.withLock { $0.latest } }

    /// The number of the packet that comes next.
    public var next: Int { state.withLock { $0.nextNumber } }

    /// Why the source gives no packets; nil where it does, or is not open.
    public var refusal: String? { state.withLock { $0.refusal } }

    /// Units: the seconds that were held when the bytes were spent; nil where they have lasted so far.
    public var shortage: Double? { state.withLock { $0.shortage } }

    /// The number to begin with so that all from `position` on is there: of the key packet before it, else of the first there
    /// is, else of the next that comes.
    public func start(before position: Double) -> Int {
        state.withLock { state in
            let first = state.packets.first?.number ?? 0
            return state.keys.last { state.packets[$0 - first].position <= position + 1e-6 } ?? state.keys.first
                ?? state.nextNumber
        }
    }

    /// Packets from `number` on, as far as they are still there.
    public func packets(from number: Int, atMost count: Int) -> [SourcePacket] {
        state.withLock { state in
            guard let first = state.packets.first?.number else { return [] }
            return Array(state.packets.dropFirst(max(0, number - first)).prefix(count))
        }
    }

    func add(_ packet: SourcePacket) {
        state.withLock { state in
            state.packets.append(packet)
            if packet.isKey { state.keys.append(packet.number) }
            state.bytes += packet.cost
            state.latest = packet.position
            state.nextNumber = packet.number + 1
            let first = state.packets[0].number
            if let key = state.keys.last(where: { state.packets[$0 - first].position <= packet.position - seconds - Self.slack })
            {
                state.removeFirst(key - first)
            }
            while state.bytes > mostBytes {
                let first = state.packets[0]
                let held = packet.position - first.position
                if held < seconds { state.shortage = min(held, state.shortage ?? held) }
                let next = state.keys.first { $0 > first.number }
                state.removeFirst(next.map { $0 - first.number } ?? 1)
            }
        }
    }

    func refuse(_ reason: String?) { state.withLock { $0.refusal = reason } }
}
