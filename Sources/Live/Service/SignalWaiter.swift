import Glibc
import Synchronization
import Threads

/// Takes signals on the thread that asks for them.
///
/// Libraries start threads of their own before `main`, where blocked signals would still end the process: so a handler passes
/// them on, whichever thread they interrupt. A signal that came several times before it was taken counts once, as the system has it;
/// none is lost behind others.
///
/// Threading: one waiting thread; only one instance in a process.
public struct SignalWaiter: Sendable {
    private let readEnd: Int32
    private let signals: [Int32]

    /// From now on these signals do nothing but wait to be asked for; where several wait, the first of this list is taken first.
    ///
    /// - Parameter unlessIgnored: of these, those that whoever started the program wants ignored, as `nohup` does, stay so.
    public init(_ wanted: [Int32], unlessIgnored: [Int32] = []) {
        let signals = wanted + unlessIgnored.filter { !Self.isIgnored($0) }
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let status = socketpair(AF_UNIX, type, 0, &ends)
        precondition(status == 0, "no socket pair: error \(errno)")
        (readEnd, self.signals) = (ends[0], signals)
        handlerEnd = ends[1]
        // Made here: a handler must not be the first to need it.
        _ = pendingSignals.load(ordering: .relaxed)
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

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        return sigaction(signal, nil, &action) == 0
            && unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// The next signal; nil where none came in `time`.
    public func wait(for time: Duration) -> Int32? {
        let end = MonotonicClock.now + time
        while true {
            if let signal = take() { return signal }
            let left = max(.zero, end - MonotonicClock.now)
            var waiting = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(left.inMilliseconds.rounded(.up))) != 0 else { return take() }
            // What woke us up; the signals themselves are noted beside it.
            var byte: UInt8 = 0
            while read(readEnd, &byte, 1) == 1 {}
        }
    }

    private func take() -> Int32? {
        signals.first { pendingSignals.bitwiseAnd(~(1 << UInt64($0)), ordering: .relaxed).oldValue & 1 << UInt64($0) != 0 }
    }
}

/// A bit for each signal that has come and was not taken yet.
private let pendingSignals = Atomic<UInt64>(0)

// Safe: written once before the first handler is set, only read afterwards.
nonisolated(unsafe) private var handlerEnd: Int32 = -1

/// Does nothing but what a signal handler may.
private func passOn(_ signal: Int32) {
    let saved = errno
    pendingSignals.bitwiseOr(1 << UInt64(signal), ordering: .relaxed)
    // Wakes the waiting thread up; where there is no room, it is about to wake up anyway.
    var byte: UInt8 = 0
    _ = write(handlerEnd, &byte, 1)
    errno = saved
}
