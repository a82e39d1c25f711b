import Synchronization
import Threads

/// What somebody says who may be held up, as by a disk that hangs: who asks then gets what was said last.
///
/// Threading: any.
package final class LatestAnswer<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var reader: NamedThread?
    }

    private let name: String
    private let patience: Duration
    private let read: @Sendable () -> Value
    private let state = Mutex(State())

    /// - Parameters:
    ///   - name: of the thread that reads; there is one at a time.
    ///   - patience: so long it is waited for.
    package init(_ name: String, patience: Duration = .milliseconds(500), read: @escaping @Sendable () -> Value) {
        (self.name, self.patience, self.read) = (name, patience, read)
    }

    /// Nil where nothing was said yet.
    package func value() -> Value? {
        let reader = state.withLock { state in
            if let reader = state.reader, !reader.hasEnded { return reader }
            let reader = NamedThread(name) { [self] in
                let value = read()
                self.state.withLock { $0.value = value }
            }
            state.reader = reader
            return reader
        }
        reader.wait(until: MonotonicClock.now + patience)
        return state.withLock { $0.value }
    }
}
