import Foundation

/// A thread that does one thing after the other, less eagerly than the loop, for work that waits for disks or frames.
///
/// Threading: any.
// Safe to send: the queue is only touched under the condition's lock.
final class Worker: @unchecked Sendable {
    /// How much the loop goes before, as of `nice`.
    private static let niceness: Int32 = 10

    private let condition = NSCondition()
    private var jobs: [@Sendable () -> Void] = []
    private var isStopped = false

    init(_ name: String) {
        let thread = Thread { [self] in run() }
        thread.name = name
        thread.start()
    }

    /// What is queued is still done.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.signal()
        }
    }

    /// Does `body` when its turn comes.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws(DashboardError) -> Value) async throws(DashboardError)
        -> Value
    {
        let result: Result<Value, DashboardError> = await withCheckedContinuation { continuation in
            let isIn = condition.withLock {
                if isStopped { return false }
                jobs.append { continuation.resume(returning: Result(catching: body)) }
                condition.signal()
                return true
            }
            if !isIn { continuation.resume(returning: .failure(DashboardError(.refused, "The daemon is stopping."))) }
        }
        return try result.get()
    }

    private func run() {
        // The kernel takes 0 for the calling thread.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        while let job = next() { job() }
    }

    private func next() -> (@Sendable () -> Void)? {
        condition.withLock {
            while jobs.isEmpty && !isStopped { condition.wait() }
            return jobs.isEmpty ? nil : jobs.removeFirst()
        }
    }
}
