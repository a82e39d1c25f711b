import NIOCore
import Synchronization

/// Who is connected, so that nobody keeps the others out: where there are too many, those go that ask for nothing.
///
/// Threading: any.
// Safe to send: everything is under the mutex.
final class ConnectionTable: Sendable {
    /// In all, and from one address.
    static let most = 64
    static let mostOfAddress = 32

    private struct Entry {
        var channel: any Channel
        var address: String
        /// Counts up: the smallest is the oldest.
        var order: Int
        var isBusy = false
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var opened = 0
    }

    private let state = Mutex(State())

    /// Takes a connection in; closes another one, or this, where there are too many.
    func add(_ channel: any Channel) {
        let address = channel.remoteAddress?.ipAddress ?? ""
        let surplus: (any Channel)? = state.withLock { state in
            state.opened += 1
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, address: address, order: state.opened)
            guard let crowd = Self.crowd(state, with: address) else { return nil }
            let oldest = crowd.filter { !$0.isBusy && $0.order != state.opened }.min { $0.order < $1.order }
            let surplus = oldest?.channel ?? channel
            state.entries[ObjectIdentifier(surplus)] = nil
            return surplus
        }
        surplus?.close(promise: nil)
    }

    /// Whether a request of it is being answered.
    func setBusy(_ channel: any Channel, _ isBusy: Bool) {
        state.withLock { $0.entries[ObjectIdentifier(channel)]?.isBusy = isBusy }
    }

    func remove(_ channel: any Channel) {
        state.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
    }

    /// Those of whom one must go: the address' own, or all; nil where there is room.
    private static func crowd(_ state: State, with address: String) -> [Entry]? {
        let own = state.entries.values.filter { $0.address == address }
        if own.count > mostOfAddress { return own }
        return state.entries.count > most ? Array(state.entries.values) : nil
    }
}
