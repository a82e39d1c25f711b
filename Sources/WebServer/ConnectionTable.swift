import Glibc
import Synchronization
import Threads

/// Who is connected, so that nobody keeps the others out: where there are too many, those go that ask for nothing, and nobody
/// stays longer than its time.
///
/// Threading: any.
final class ConnectionTable: Sendable {
    /// In all, and from one address.
    static let most = 64
    static let mostOfAddress = 32
    /// For the whole head of the first request, however slowly it comes.
    private static let firstHead = Duration.seconds(5)
    /// From an answer to the whole head of the next request.
    private static let nextHead = Duration.seconds(15)
    /// From a request's head to the end of its answer.
    private static let answer = Duration.seconds(30)

    private struct Entry {
        var socket: Int32
        var address: String
        /// Counts up: the smallest is the oldest.
        var order: Int
        /// Whether a request of it is being answered.
        var isBusy = false
        /// Of the monotonic clock.
        var deadline: Duration
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var opened = 0
    }

    private let state = Mutex(State())

    /// Takes a connection in; ends another one, or this, where there are too many.
    ///
    /// - Parameters:
    ///   - id: one that no other connection has.
    ///   - socket: must stay open until `remove`.
    func add(_ id: Int, socket: Int32, address: String) {
        state.withLock { state in
            state.opened += 1
            state.entries[id] = Entry(
                socket: socket, address: address, order: state.opened, deadline: MonotonicClock.now + Self.firstHead)
            guard let crowd = Self.crowd(state, with: address) else { return }
            let oldest = crowd.filter { !$0.value.isBusy && $0.key != id }.min { $0.value.order < $1.value.order }
            Self.end(oldest?.key ?? id, in: &state)
        }
    }

    /// A request's head is there.
    func begin(_ id: Int) { set(id, isBusy: true, for: Self.answer) }

    /// A request has been answered.
    func finish(_ id: Int) { set(id, isBusy: false, for: Self.nextHead) }

    func remove(_ id: Int) { state.withLock { $0.entries[id] = nil } }

    /// Ends the connections whose time is over.
    func endLate() {
        let now = MonotonicClock.now
        state.withLock { state in
            for (id, entry) in state.entries where entry.deadline < now { Self.end(id, in: &state) }
        }
    }

    private func set(_ id: Int, isBusy: Bool, for time: Duration) {
        state.withLock { state in
            state.entries[id]?.isBusy = isBusy
            state.entries[id]?.deadline = MonotonicClock.now + time
        }
    }

    /// The thread of the connection wakes up and closes it.
    private static func end(_ id: Int, in state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        shutdown(entry.socket, Int32(SHUT_RDWR))
    }

    /// Those of whom one must go: the address' own, or all; nil where there is room.
    private static func crowd(_ state: State, with address: String) -> [Int: Entry]? {
        let own = state.entries.filter { $0.value.address == address }
        if own.count > mostOfAddress { return own }
        return state.entries.count > most ? state.entries : nil
    }
}
