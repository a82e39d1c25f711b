import Glibc

/// A thread with a name that `top -H` and the journal show, and that can be waited for with a limit.
///
/// Threading: any thread may wait.
package final class NamedThread: Sendable {
    package let name: String
    private let ended = StopSignal()
    private let body: @Sendable () -> Void

    /// Starts at once. The kernel keeps the first 15 bytes of the name.
    @discardableResult
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
        startDetached(Unmanaged.passRetained(self).toOpaque())
    }

    package var hasEnded: Bool { ended.isSet }

    /// False when the thread still ran at `deadline` of the monotonic clock.
    @discardableResult
    package func wait(until deadline: Duration? = nil) -> Bool {
        ended.wait(until: deadline)
    }

    fileprivate func run() {
        setKernelName()
        body()
        ended.set()
    }

    /// The C call for it is hidden from Swift behind _GNU_SOURCE.
    private func setKernelName() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name, min(15, name.utf8.count))
        close(file)
    }
}

/// - Parameter thread: a retained `NamedThread`, which the new thread releases.
private func startDetached(_ thread: UnsafeMutableRawPointer) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 2 << 20)
    var identifier = pthread_t()
    let status = pthread_create(&identifier, &attributes, enterThread, thread)
    precondition(status == 0, "the system gives no more threads: error \(status)")
    pthread_attr_destroy(&attributes)
}

private func enterThread(_ thread: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<NamedThread>.fromOpaque(thread!).takeRetainedValue().run()
    return nil
}
