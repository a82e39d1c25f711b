import Threads

/// A thread that does one thing after the other, less eagerly than the loop, for work that waits for disks or frames.
///
/// Threading: any.
// Safe to send: the queue is only touched under the lock.
final class Worker: @unchecked Sendable {
    /// How much the loop goes before, as of `nice`.
    private static let niceness: Int32 = 10

    private let lock = ConditionLock()
    private var jobs: [@Sendable () -> Void] = []
    private var isStopped = false

    init(_ name: String) {
        NamedThread(name) { [self] in run() }
    }

    /// What is queued is still done.
    func stop() {
        lock.locked {
            isStopped = true
            lock.wakeAll()
        }
    }

    /// Does `body` when its turn comes.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws(DashboardError) -> Value) async throws(DashboardError)
        -> Value
    {
        let result: Result<Value, DashboardError> = await withCheckedContinuation { continuation in
            let isIn = lock.locked {
                if isStopped { return false }
                jobs.append { continuation.resume(returning: Result(catching: body)) }
                lock.wakeAll()
                return true
            }
            if !isIn { continuation.resume(returning: .failure(DashboardError(.refused, "The daemon is stopping."))) }
        }
        return try result.get()
    }

    private func run() {
        ThreadPriority.giveWay(niceness: Self.niceness)
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        lock.locked {
            while jobs.isEmpty && !isStopped { _ = lock.wait() }
            return jobs.isEmpty ? nil : jobs.removeFirst()
        }
    }
}
