import Configuration
import Status
import Threads
import Video

/// Keeps a camera's own video around marks: what lies in a ring before them, and what comes after.
///
/// It reads the ring on a thread of its own, so that a slow disk holds up nobody; what the ring has dropped by then is missing, and the
/// file goes on with the next key frame.
///
/// Threading: any thread marks and asks; a thread of its own, or a test in its place, does the steps.
// Safe to send: what others see is under the lock, the rest belongs to the thread that does the steps.
public final class EventRecorder: @unchecked Sendable {
    /// What is worth a line in the log.
    public enum Event: Sendable, Equatable {
        case began(file: String, mark: String)
        case kept(EventReport.Event)
        /// Nothing, or not all of it, was kept.
        case failed(String)
        /// The memory held fewer seconds than are wanted before a mark.
        case short(seconds: Double)
        /// The disk was too slow: packets are missing in the middle.
        case gap
    }

    public struct Settings: Sendable, Equatable {
        /// Ends in .mp4 or .mkv; every file gets its time before the ending.
        public var file: String
        public var before: Duration
        public var after: Duration
        public var limits: RecordingLimits

        public init(file: String, before: Duration, after: Duration, limits: RecordingLimits = .init()) {
            (self.file, self.before, self.after, self.limits) = (file, before, after, limits)
        }
    }

    private struct Mark {
        var kind: EventMark
        /// On the ring's line of time.
        var position: Double
        /// Units: seconds since 1970.
        var time: Double
        var at: Duration
    }

    private struct Shared {
        var marks: [Mark] = []
        /// The ring's latest place, and since when it is that.
        var seen: (latest: Double, at: Duration)?
        var report = EventReport()
        var mustEnd = false
    }

    /// Between two looks at the ring while something is recorded.
    private static let pause = Duration.milliseconds(100)
    /// With nothing coming for this long, and its time being over, an event is closed.
    private static let patience = Duration.seconds(5)
    /// Units: seconds; a picture is not followed by the next one after longer, unless the source was away.
    private static let longestPicture = 10.0
    /// Marks that may wait; more of them say nothing more.
    private static let mostMarks = 64
    /// Units: seconds; times that differ by less are the same.
    private static let tick = 1e-6
    /// Packets that are taken at once.
    private static let batch = 256

    public let name: String
    let settings: Settings
    private let ring: PacketRing
    private let clock: any PacingClock
    private let surroundings: RecordingSurroundings
    private let observe: @Sendable (Event) -> Void
    private let lock = ConditionLock()
    private var shared = Shared()
    private var thread: NamedThread?

    // Of the thread that does the steps.
    private let shelf: EventShelf
    private var current: EventInProgress?
    private var hasToldOfShortage = false

    /// - Parameter observe: called by the thread that does the steps.
    public init(
        _ name: String, _ settings: Settings, ring: PacketRing, clock: any PacingClock = MonotonicClock(),
        surroundings: RecordingSurroundings = .system, observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        (self.name, self.settings, self.ring, self.clock) = (name, settings, ring, clock)
        (self.surroundings, self.observe) = (surroundings, observe)
        shelf = EventShelf(settings.file, limits: settings.limits, surroundings: surroundings)
    }

    /// Asks for the video around this moment. Returns at once.
    public func mark(_ kind: EventMark) {
        let (latest, now) = (ring.latest, clock.now)
        lock.locked {
            // While the source is away, its line of time goes on.
            let silence = shared.seen.map { $0.latest == latest ? max(.zero, now - $0.at) : .zero } ?? .zero
            let mark = Mark(kind: kind, position: latest + silence.inSeconds, time: surroundings.now(), at: now)
            if shared.marks.count < Self.mostMarks { shared.marks.append(mark) }
            lock.wakeAll()
        }
    }

    /// Why nothing can be kept; nil where it can.
    public var refusal: String? { ring.refusal }

    public func start() {
        let thread = NamedThread("out-\(name)") { [self] in run() }
        lock.locked { self.thread = thread }
    }

    /// The source has ended: what belongs to an event is written, and its file closed.
    public func stop() {
        lock.locked {
            shared.mustEnd = true
            lock.wakeAll()
        }
    }

    /// False when it still wrote at `deadline`.
    public func wait(until deadline: Duration?) -> Bool { lock.locked { thread }?.wait(until: deadline) ?? true }

    public func report() -> EventReport {
        let held = ring.held
        var report = lock.locked { shared.report }
        (report.heldSeconds, report.heldBytes) = (held.seconds, held.bytes)
        report.problem = ring.refusal.map { "Nothing can be kept: \($0)" } ?? report.problem
        return report
    }

    private func run() {
        do throws(LiveError) { try shelf.open() } catch { giveUp(error) }
        while true {
            let isLast = lock.locked {
                if shared.marks.isEmpty, !shared.mustEnd {
                    _ = lock.wait(until: MonotonicClock.now + (current == nil ? .seconds(1) : Self.pause))
                }
                return shared.mustEnd
            }
            step(isLast: isLast)
            if isLast { return }
        }
    }

    /// Writes what is due.
    ///
    /// - Parameter isLast: whether no more packets come.
    package func step(isLast: Bool = false) {
        noteLatest()
        tellOfShortage()
        takeMarks()
        while current != nil {
            do throws(LiveError) {
                if try advance(isLast: isLast) { break }
            } catch {
                giveUp(error)
            }
            takeMarks()
        }
    }

    private func takeMarks() {
        let marks = lock.locked {
            defer { shared.marks = [] }
            return shared.marks
        }
        for mark in marks {
            let end = mark.position + settings.after.inSeconds
            if current != nil {
                current?.extend(to: end, at: mark.at + settings.after, mark: mark.kind.text)
            } else {
                // What kept the last one from being written may be over.
                lock.locked { shared.report.problem = nil }
                let start = mark.position - settings.before.inSeconds
                current = EventInProgress(
                    next: first(from: start), marked: mark.time, position: mark.position, end: end,
                    due: mark.at + settings.after, mark: mark.kind.text)
            }
        }
    }

    /// Looked at at least once a second.
    private func noteLatest() {
        let (latest, now) = (ring.latest, clock.now)
        let isEmpty = ring.packets(from: 0, atMost: 1).isEmpty
        lock.locked {
            if isEmpty { shared.seen = nil } else if shared.seen?.latest != latest { shared.seen = (latest, now) }
        }
    }

    /// The number of the packet to begin with. What was taken long before, as the source has been away since, is of no use.
    private func first(from start: Double) -> Int {
        start > ring.latest + Self.longestPicture ? ring.next : ring.start(before: start)
    }

    /// Writes a batch. True when there is nothing more to do now.
    private func advance(isLast: Bool) throws(LiveError) -> Bool {
        guard var event = current else { return true }
        let packets = ring.packets(from: event.next, atMost: Self.batch)
        if let first = packets.first {
            event.lastArrival = clock.now
            if event.hasBegun, first.number > event.next {
                event.waitsForKey = true
                observe(.gap)
            }
        }
        for packet in packets {
            if event.hasBegun, packet.position > event.end + Self.tick, !event.needs(packet) {
                current = event
                try finish()
                return true
            }
            event.next = packet.number + 1
            let hadFile = event.file?.path
            do throws(LiveError) { try event.write(packet, shelf) } catch {
                current = event
                throw error
            }
            if let path = event.file?.path, path != hadFile { didBegin(path, event) }
        }
        current = event
        if packets.count == Self.batch { return false }
        let quiet = clock.now - (event.lastArrival ?? event.due)
        if isLast || clock.now >= event.due && quiet >= Self.patience { try finish() } else { try shelf.look(event, clock.now) }
        return true
    }

    private func didBegin(_ path: String, _ event: EventInProgress) {
        lock.locked { shared.report.recording = path }
        if event.files.isEmpty { observe(.began(file: path, mark: event.marks[0])) }
    }

    private func finish() throws(LiveError) {
        guard var event = current else { return }
        let result = Result { () throws(LiveError) in try event.close(shelf) }
        current = nil
        lock.locked { shared.report.recording = nil }
        try result.get()
        guard !event.files.isEmpty else {
            throw LiveError(
                "Nothing was kept of a mark (\(event.marks.joined(separator: ", "))): no key frame came from the source.")
        }
        tell(of: event, problem: nil)
    }

    private func tell(of event: EventInProgress, problem: String?) {
        let kept = EventReport.Event(
            files: event.files, marked: event.marked, seconds: (event.seconds * 1000).rounded() / 1000, marks: event.marks)
        lock.locked {
            shared.report.kept += 1
            shared.report.last = kept
            shared.report.problem = problem
        }
        observe(.kept(kept))
    }

    /// What has been written of the event stays.
    private func giveUp(_ error: LiveError) {
        if var event = current {
            try? event.close(shelf)
            if !event.files.isEmpty { tell(of: event, problem: error.description) }
        }
        current = nil
        shelf.forget()
        lock.locked {
            shared.report.recording = nil
            shared.report.problem = error.description
        }
        observe(.failed(error.description))
    }

    private func tellOfShortage() {
        guard !hasToldOfShortage, let seconds = ring.shortage else { return }
        hasToldOfShortage = true
        observe(.short(seconds: seconds))
    }
}
