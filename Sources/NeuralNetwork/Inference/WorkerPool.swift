import CKernels
import COpenBLAS

/// Persistent threads that compute a network's steps together with the calling thread.
///
/// Threading: any number of plans may share a pool; one caller at a time runs something on it.
// Safe to send: the C pool synchronises its workers itself; one caller at a time is the owner's promise.
public final class WorkerPool: @unchecked Sendable {
    let handle: OpaquePointer
    /// Threads that compute, the caller's included.
    public let threads: Int

    /// - Parameter name: name of the threads, at most 15 bytes.
    /// - Throws: where the system gives no more threads, or `threads` is not in 1…200.
    public init(threads: Int, name: String = "camber-worker") throws(NetworkError) {
        guard let handle = (1...200).contains(threads) ? ck_pool_create(Int32(threads), name) : nil else {
            throw NetworkError(
                "Cannot start \(threads) worker threads.", remedy: "Choose 1…200, and not more than the machine has processors.")
        }
        // Our workers are the parallelism: OpenBLAS threads of its own would only compete with them.
        openblas_set_num_threads(1)
        self.handle = handle
        self.threads = threads
    }

    deinit { ck_pool_destroy(handle) }
}

extension WorkerPool {
    /// Runs steps of `tasks` independent calls each, one step after the other, on the workers and the calling thread.
    ///
    /// Threading: `body` gets the task's and the worker's number and runs on any worker.
    package func run(_ steps: [(tasks: Int, body: @Sendable (_ task: Int, _ worker: Int) -> Void)]) {
        final class Body {
            let call: @Sendable (Int, Int) -> Void
            init(_ call: @escaping @Sendable (Int, Int) -> Void) { self.call = call }
        }
        let bodies = steps.map { Body($0.body) }
        let run: ck_task = { context, task, worker in
            Unmanaged<Body>.fromOpaque(context!).takeUnretainedValue().call(Int(task), Int(worker))
        }
        let raw = zip(steps, bodies).map {
            ck_step(run: run, context: Unmanaged.passUnretained($1).toOpaque(), count: Int32($0.tasks))
        }
        withExtendedLifetime(bodies) { ck_pool_run_steps(handle, raw, Int32(raw.count)) }
    }
}
