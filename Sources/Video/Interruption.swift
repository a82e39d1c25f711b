import CFFmpeg
import Glibc
import Synchronization

/// Tells FFmpeg, in the middle of a blocking call, to give up: on request, or at a deadline.
///
/// Threading: any thread.
final class Interruption: Sendable {
    private let cancelled = Atomic(false)
    private let deadline = Atomic(Int64.max)
    private let wait = Mutex<String?>(nil)

    /// What the source waits for, in words; nil while it gives pictures.
    var waitsFor: String? {
        get { wait.withLock { $0 } }
        set { wait.withLock { $0 = newValue } }
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    var isOverdue: Bool { Self.now() > deadline.load(ordering: .relaxed) }
    var mustStop: Bool { isCancelled || isOverdue }

    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Units: seconds from now; nil waits forever.
    func setDeadline(in seconds: Double?) {
        deadline.store(seconds.map { Self.now() + Int64(nearest: min(max(0, $0), 1e9) * 1e9) } ?? .max, ordering: .relaxed)
    }

    /// As FFmpeg asks for it. Unretained: the source holds the interruption for longer than whatever FFmpeg opens.
    var callback: AVIOInterruptCB {
        AVIOInterruptCB(
            callback: { Unmanaged<Interruption>.fromOpaque($0!).takeUnretainedValue().mustStop ? 1 : 0 },
            opaque: Unmanaged.passUnretained(self).toOpaque())
    }

    /// Units: nanoseconds of the monotonic clock.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
