import Synchronization

extension NamedThread {
    /// What `body` finds out within `time`, on a thread of its own: a disk that hangs must hold up nobody who only wants to know.
    ///
    /// - Returns: nil where it takes longer; the thread is left behind and ends when it can.
    package static func answer<Value: Sendable>(
        _ name: String, within time: Duration, _ body: @escaping @Sendable () -> Value
    ) -> Value? {
        let answer = Answer<Value>()
        NamedThread(name) { answer.give(body()) }.wait(until: MonotonicClock.now + time)
        return answer.value
    }
}

private final class Answer<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    var value: Value? { held.withLock { $0 } }

    func give(_ value: Value) { held.withLock { $0 = value } }
}
