import CLinux
import Foundation
import Status
import Store

/// Notices that the wall clock was never set, as on a computer without a battery for it, and that it was set meanwhile.
///
/// Nothing waits for it; it names files and stamps records, and people must know where it was wrong.
///
/// Threading: one thread.
package struct WallClock {
    /// What is worth a line in the log.
    package enum Event: Equatable {
        /// It says a time before this program was written.
        case unset
        /// It was set forward, or back where negative, by so many seconds.
        case jumped(Double)
        /// The computer slept for so many seconds; the clock is none the worse for it.
        case slept(Double)
    }

    /// Units: seconds since 1970; 2026 began then.
    package static let oldest = 1_767_225_600.0
    /// Units: seconds; less is a clock that is kept in step.
    package static let leastJump = 5.0

    package private(set) var report = ClockReport()
    private var offset: Double?
    private var slept = Duration.zero

    /// What speaks against a time that was just read off the clock; nil where nothing does.
    package static func doubt(of time: Date, isSynchronized: Bool = WallClock.isSynchronized) -> ClockDoubt? {
        time.timeIntervalSince1970 < oldest ? .unset : isSynchronized ? nil : .unsynchronized
    }

    /// Whether something keeps the system's clock in step, as far as the kernel was told.
    package static var isSynchronized: Bool { camber_clock_is_synchronized() != 0 }

    package init() {}

    /// - Parameters:
    ///   - wall: seconds since 1970.
    ///   - monotonic: a clock that nobody sets.
    ///   - slept: for how long that has stood still, as the computer slept.
    package mutating func look(
        wall: Double, monotonic: Duration, slept: Duration = .zero, isSynchronized: Bool = WallClock.isSynchronized
    ) -> Event? {
        let now = wall - (monotonic + slept).inSeconds
        let sleep = (slept - self.slept).inSeconds
        self.slept = slept
        let isFirst = offset == nil
        let jump = now - (offset ?? now)
        offset = now
        report.state = wall < Self.oldest ? .unset : .set
        report.isSynchronized = isSynchronized
        if isFirst { return report.state == .unset ? .unset : nil }
        guard abs(jump) >= Self.leastJump else { return sleep >= Self.leastJump ? .slept(sleep) : nil }
        report.jumps += 1
        report.lastJump = jump
        return .jumped(jump)
    }
}
