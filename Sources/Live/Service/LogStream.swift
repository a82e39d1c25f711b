import Foundation
import Synchronization
import Threads

/// Where lines of a log go. Whoever reads a pipe, a terminal or a container's log may stop reading: what is not taken in time is
/// lost and counted, and the camera runs on.
///
/// Threading: any.
package final class LogStream: Sendable {
    /// What a pipe that is ready takes at once. Units: bytes.
    private static let piece = 4096

    private struct State {
        /// Lines since the last one that was taken whole.
        var lost = 0
        /// Whether the beginning of one of them was taken.
        var isCut = false
    }

    private let descriptor: Int32
    /// Whether this stream has opened it.
    private let isOwn: Bool
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameter patience: how long the first line waits that nobody takes; those behind it do not.
    package init(_ descriptor: Int32, patience: Duration = .seconds(1)) {
        // A terminal that is ready may still take part of a line only, and a write waits for the rest. Opened anew it does not wait, and
        // other programs write to it as before; where that is refused, as after `su`, it stays as it is.
        let own = isatty(descriptor) == 1 ? open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1
        (self.descriptor, isOwn, self.patience) = (own >= 0 ? own : descriptor, own >= 0, patience)
    }

    deinit {
        if isOwn { close(descriptor) }
    }

    /// - Parameter line: with its line feed.
    package func write(_ line: String) {
        state.withLock { state in
            let isLate = state.lost > 0
            let notice = isLate ? "\(state.isCut ? "\n" : "")\(state.lost) lines of the log are lost: nobody took them\n" : ""
            let bytes = Array((notice + line).utf8)
            let taken = taken(of: bytes, until: MonotonicClock.now + (isLate ? .zero : patience))
            if taken == bytes.count {
                state = State()
            } else {
                state.lost += 1
                if taken > 0 { state.isCut = true }
            }
        }
    }

    /// How many bytes were taken; all where nobody will ever take any.
    private func taken(of bytes: [UInt8], until end: Duration) -> Int {
        var taken = 0
        while taken < bytes.count {
            let left = max(.zero, end - MonotonicClock.now)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&waiting, 1, Int32(left.inMilliseconds.rounded(.up)))
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return taken }
            let count = bytes[taken...].prefix(Self.piece).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                taken += count
            } else if errno == EAGAIN {
                if left == .zero { return taken }
            } else if errno != EINTR {
                return bytes.count
            }
        }
        return taken
    }
}
