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
