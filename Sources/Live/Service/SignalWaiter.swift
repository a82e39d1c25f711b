import Glibc
import Threads

/// Takes signals on the thread that asks for them.
///
/// Libraries start threads of their own before `main`, where blocked signals would still end the process: so a handler passes
/// them on through a socket, whichever thread they interrupt.
///
/// Threading: one waiting thread; only one instance in a process.
public struct SignalWaiter: Sendable {
    private let readEnd: Int32

    /// From now on these signals do nothing but wait to be asked for.
    public init(_ signals: [Int32]) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let status = socketpair(AF_UNIX, type, 0, &ends)
        precondition(status == 0, "no socket pair: error \(errno)")
        readEnd = ends[0]
        handlerEnd = ends[1]
        var all = sigset_t()
        sigemptyset(&all)
        for signal in signals {
            sigaddset(&all, signal)
            var action = sigaction()
            action.__sigaction_handler.sa_handler = passOn
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
        // A launcher may have left them blocked.
        pthread_sigmask(SIG_UNBLOCK, &all, nil)
    }

    /// The next signal; nil where none came in `time`.
    public func wait(for time: Duration) -> Int32? {
        var waiting = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(max(0, time.inMilliseconds).rounded(.up))) > 0 else { return nil }
        var signal: UInt8 = 0
        return read(readEnd, &signal, 1) == 1 ? Int32(signal) : nil
    }
}

// Safe: written once before the first handler is set, only read afterwards.
nonisolated(unsafe) private var handlerEnd: Int32 = -1

/// Does nothing but what a signal handler may.
private func passOn(_ signal: Int32) {
    let saved = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(handlerEnd, &byte, 1)
    errno = saved
}
