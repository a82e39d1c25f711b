import Foundation

/// The right to change a folder: one holder at a time among all threads and processes; it goes with a process that is killed.
struct FolderLock {
    private let descriptor: Int32

    /// - Parameter patience: how many seconds to wait for another holder.
    /// - Throws: where the folder may not be written to, or another holder does not let go.
    init(_ path: String, patience: Double) throws(StoreError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
        guard descriptor >= 0 else { throw .system("Cannot change \((path as NSString).deletingLastPathComponent)") }
        let start = ContinuousClock.now
        // Without blocking: a holder that was stopped must not stop everybody.
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EWOULDBLOCK || code == EINTR, ContinuousClock.now - start < .seconds(patience) {
                usleep(2000)
                continue
            }
            close(descriptor)
            guard code == EWOULDBLOCK else { throw .system("Cannot lock \(path)", code) }
            throw StoreError(
                "Another process has held \(path) for \(Int(patience)) seconds.",
                remedy: "'fuser \(path)' tells which; end it if it hangs.")
        }
    }

    /// Lets the next one in; call it once.
    func release() { close(descriptor) }
}
