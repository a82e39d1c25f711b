import Foundation
import Synchronization
import Threads

/// Tells systemd how the service is doing, by the notify protocol: datagrams to the socket that NOTIFY_SOCKET names.
///
/// Threading: any.
public final class ServiceNotifier: Sendable {
    private let path: String
    private let socket: Int32
    /// Units: nanoseconds; 0 where no watchdog watches.
    private let watchdog: Int64
    private let lastBeat = Atomic(Int64.min)

    /// Nil where no service manager listens.
    public init?(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@") else { return nil }
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        self.path = path
        // The variables may have been meant for the parent.
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        let microseconds = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0 : 0
        watchdog = max(0, min(microseconds, Int64.max / 1000)) * 1000
    }

    deinit { close(socket) }

    /// Sends one or several `KEY=value` lines. A manager that does not listen is no reason to stop.
    public func send(_ lines: String...) {
        let message = Array(lines.joined(separator: "\n").utf8)
        _ = UnixSocket.withAddress(path) { address, length in
            sendto(socket, message, message.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address, length)
        }
    }

    /// A sign of life of the inference thread; goes on to the watchdog at the latest when half of its time is over.
    public func beat() {
        guard watchdog > 0 else { return }
        let now = Int64(MonotonicClock.now.inSeconds * 1e9)
        let last = lastBeat.load(ordering: .relaxed)
        guard last == .min || now - last >= watchdog / 4 else { return }
        lastBeat.store(now, ordering: .relaxed)
        send("WATCHDOG=1")
    }

    /// Says that the configuration is being read again; `READY=1` ends it.
    public func sendReloading() {
        send("RELOADING=1", "MONOTONIC_USEC=\(Int64(MonotonicClock.now.inSeconds * 1e6))")
    }
}
