import Glibc
import Synchronization

/// A thread with a name that `top -H` and the journal show, and that can be waited for with a limit.
///
/// Threading: any thread may wait.
package final class NamedThread: Sendable {
    package let name: String
    private let ended = StopSignal()
    /// Nil once it has run: it often holds the object that keeps this thread, and neither would ever go.
    private let body: Mutex<(@Sendable () -> Void)?>

    /// Starts at once. The kernel keeps the first 15 bytes of the name.
    @discardableResult
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = Mutex(body)
        startDetached(name, Unmanaged.passRetained(self).toOpaque())
    }

    /// Calls `create` until it does not say that the system has no more of it: others may have taken the last for a moment.
    ///
    /// - Parameter pause: units: microseconds.
    /// - Returns: the errno of the last call, 0 where it went well.
    package static func insist(times: Int = 30, pause: UInt32 = 100_000, _ create: () -> Int32) -> Int32 {
        var number = create()
        for _ in 1..<times where number == EAGAIN {
            usleep(pause)
            number = create()
        }
        return number
    }

    package var hasEnded: Bool { ended.isSet }

    /// False when the thread still ran at `deadline` of the monotonic clock.
    @discardableResult
    package func wait(until deadline: Duration? = nil) -> Bool {
        ended.wait(until: deadline)
    }

    fileprivate func run() {
        setKernelName()
        body.withLock { $0 }?()
        body.withLock { $0 = nil }
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
private func startDetached(_ name: String, _ thread: UnsafeMutableRawPointer) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 2 << 20)
    var identifier = pthread_t()
    let number = NamedThread.insist { pthread_create(&identifier, &attributes, enterThread, thread) }
    pthread_attr_destroy(&attributes)
    if number == 0 { return }
    // Nothing goes on without it; a trap would end the program without a word.
    let text = Array(
        "Error: The system gives no thread for '\(name)': \(String(cString: strerror(number))). Raise 'ulimit -u', or the service's TasksMax=.\n"
            .utf8)
    _ = write(STDERR_FILENO, text, text.count)
    _exit(1)
}

private func enterThread(_ thread: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<NamedThread>.fromOpaque(thread!).takeRetainedValue().run()
    return nil
}
