import Glibc
import Status
import Synchronization
import Threads

/// Asks gpsd where we are, over TCP, on a thread of its own; the last answer is there for whoever wants it.
///
/// Threading: any.
public final class GPSDClient: Sendable {
    /// What is worth a line in the log.
    public enum Event: Sendable, Equatable {
        case connected
        case lost(String)
    }

    private struct State {
        var fix: (position: GeoPosition, device: String?, at: Duration)?
        var isConnected = false
        var hasReceiver = true
        var reconnects = 0
        var problem: String? = "It has not answered yet."
    }

    /// A position that is older is none: receivers tell one each second.
    private static let oldest = Duration.seconds(3)
    /// gpsd's longest lines tell of satellites, and have a few thousand bytes.
    private static let longestLine = 64 << 10
    /// Lines a second; more would take the processor's time.
    private static let mostLines = 500
    /// gpsd says nothing where no receiver does; after so long it is asked whether it is still there.
    private static let longestQuiet = Duration.seconds(20)
    /// Without a word for so long the connection is taken for lost.
    private static let longestSilence = Duration.seconds(60)
    private static let question = Array("?VERSION;\n".utf8)
    private static let connectLimit = Duration.seconds(5)

    private let (host, port): (String, Int)
    private let clock: any PacingClock
    private let firstPause: Duration
    private let observe: @Sendable (Event) -> Void
    private let state = Mutex(State())
    private let stopSignal = StopSignal()

    /// - Parameters:
    ///   - firstPause: before it is tried again; it doubles up to half a minute.
    ///   - observe: called by the client's thread.
    public init(
        host: String, port: Int, clock: any PacingClock = MonotonicClock(), firstPause: Duration = .seconds(1),
        observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        (self.host, self.port, self.clock, self.firstPause, self.observe) = (host, port, clock, firstPause, observe)
    }

    public func start() { NamedThread("position") { [self] in run() } }

    /// Returns at once; the thread ends within a second, or when the name of the host has been looked up.
    public func stop() { stopSignal.set() }

    /// Nil where it is not known, or was told too long ago.
    public var position: GeoPosition? {
        let now = clock.now
        return state.withLock { $0.fix.flatMap { now - $0.at <= Self.oldest ? $0.position : nil } }
    }

    public func report() -> PositionReport {
        let now = clock.now
        return state.withLock { state in
            let age = state.fix.map { now - $0.at }
            let isFresh = age.map { $0 <= Self.oldest } ?? false
            return PositionReport(
                source: host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)",
                state: !state.isConnected ? .waiting : isFresh ? .fix : .noFix, position: isFresh ? state.fix?.position : nil,
                age: age?.inSeconds, reconnects: state.reconnects,
                problem: !state.isConnected ? state.problem : state.hasReceiver ? nil : "gpsd has no receiver")
        }
    }

    private func run() {
        var pause = firstPause
        while !stopSignal.isSet {
            let began = MonotonicClock.now
            let problem = converse()
            if stopSignal.isSet { return }
            // A connection that held for a while was a good one.
            if MonotonicClock.now - began > .seconds(10) { pause = firstPause }
            let wasConnected = state.withLock { state in
                defer {
                    state.isConnected = false
                    state.problem = problem
                    state.reconnects += 1
                }
                return state.isConnected || state.reconnects == 0
            }
            if wasConnected { observe(.lost(problem)) }
            if stopSignal.wait(until: MonotonicClock.now + pause) { return }
            pause = min(pause * 2, .seconds(30))
        }
    }

    /// One connection. Returns why it ended.
    private func converse() -> String {
        let socket: Int32
        switch connect() {
        case .failure(let error): return error.problem
        case .success(let opened): socket = opened
        }
        defer { close(socket) }
        let words = Array("?WATCH={\"enable\":true,\"json\":true};\n".utf8)
        guard send(socket, words, words.count, Int32(MSG_NOSIGNAL)) == words.count else { return text(errno) }
        var (splitter, heard) = (LineSplitter(longest: Self.longestLine), MonotonicClock.now)
        var (isAsked, isGPSD) = (false, true)
        var limit = (second: heard, lines: 0)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !stopSignal.isSet {
            let now = MonotonicClock.now
            if now - limit.second >= .seconds(1) { limit = (now, 0) }
            if limit.lines > Self.mostLines {
                _ = stopSignal.wait(until: limit.second + .seconds(1))
                continue
            }
            if now - heard > Self.longestSilence { return "it has said nothing for \(Self.longestSilence.text)" }
            if now - heard > Self.longestQuiet, !isAsked {
                // Where it cannot be sent, the silence goes on.
                _ = send(socket, Self.question, Self.question.count, Int32(MSG_NOSIGNAL))
                isAsked = true
            }
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else { continue }
            let count = recv(socket, &buffer, buffer.count, 0)
            if count == 0 { return "it has closed the connection" }
            if count < 0 {
                if errno == EAGAIN || errno == EINTR { continue }
                return text(errno)
            }
            (heard, isAsked) = (now, false)
            // A line without end costs as much as many short ones.
            limit.lines += 1
            splitter.feed(buffer[..<count]) { line in
                limit.lines += 1
                isGPSD = take(line) && isGPSD
            }
            if !isGPSD { return "what answers there is not gpsd" }
        }
        return ""
    }

    /// Returns false where the first line of a connection is none of gpsd's.
    private func take(_ line: [UInt8]) -> Bool {
        let report = GPSDReport(line)
        let now = clock.now
        let isFirst = state.withLock { state -> Bool? in
            guard let report else { return state.isConnected ? false : nil }
            take(report, &state, now)
            defer { (state.isConnected, state.problem) = (true, nil) }
            return !state.isConnected
        }
        if isFirst == true { observe(.connected) }
        return isFirst != nil
    }

    private func take(_ report: GPSDReport, _ state: inout State, _ now: Duration) {
        // Of several receivers one is followed for as long as it has a fix: the others are elsewhere in the vehicle, or have none.
        let isFollowed = state.fix.map { now - $0.at > Self.oldest || $0.device == report.device } ?? true
        switch report.kind {
        case .fix(let position) where isFollowed: (state.fix, state.hasReceiver) = ((position, report.device, now), true)
        case .noFix where isFollowed: (state.fix, state.hasReceiver) = (nil, true)
        case .devices(let count): state.hasReceiver = count > 0
        default: break
        }
    }

    private func connect() -> Result<Int32, LiveError> {
        var (hints, list) = (addrinfo(), UnsafeMutablePointer<addrinfo>?.none)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        let found = getaddrinfo(host, "\(port)", &hints, &list)
        guard found == 0 else { return .failure(LiveError(String(cString: gai_strerror(found)))) }
        defer { freeaddrinfo(list) }
        var problem = "it has no address"
        var next = list
        while let address = next, !stopSignal.isSet {
            next = address.pointee.ai_next
            let type = address.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            let socket = Glibc.socket(address.pointee.ai_family, type, 0)
            guard socket >= 0 else { continue }
            if Glibc.connect(socket, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 || errno == EINPROGRESS,
                isConnected(socket)
            {
                return .success(socket)
            }
            if errno != EINPROGRESS { problem = text(errno) }
            close(socket)
        }
        return .failure(LiveError(problem))
    }

    /// Waits for a connection under way. Where false, `errno` says why.
    private func isConnected(_ socket: Int32) -> Bool {
        let end = MonotonicClock.now + Self.connectLimit
        while !stopSignal.isSet, MonotonicClock.now < end {
            var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else { continue }
            var (number, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &size)
            errno = number
            return number == 0
        }
        errno = ETIMEDOUT
        return false
    }

    private func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}
