import Foundation
import Live
import Threads
import Video

/// How far work is, on standard error: one line that changes on a terminal, plain lines now and then elsewhere.
struct ChangingLine {
    let isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    private var due = Duration.zero
    private var isOpen = false

    /// - Parameter isQuietAtFirst: whether work that is over at once shows nothing.
    init(isQuietAtFirst: Bool = false) {
        if isQuietAtFirst { due = MonotonicClock.now + interval }
    }

    private var interval: Duration { isTerminal ? .milliseconds(200) : .seconds(10) }

    /// Whether it is time for another text.
    var isDue: Bool { MonotonicClock.now >= due }

    mutating func show(_ text: String) {
        due = MonotonicClock.now + interval
        let text = isTerminal ? text.printable.fitting(columns: Self.columns - 1) : text.printable
        standardError(raw: isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
        isOpen = isTerminal
    }

    /// Of the terminal now; its user may change it. 0 is a terminal that does not say.
    private static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : .max
    }

    /// What is shown stays; the next text is due at once, on a line of its own.
    mutating func keep() {
        if isOpen { standardError(raw: "\n") }
        (isOpen, due) = (false, .zero)
    }

    /// What is shown goes away, so that what follows starts at its place.
    mutating func clear() {
        if isOpen { standardError(raw: "\r\u{1B}[K") }
        isOpen = false
    }

    static func left(_ seconds: Double) -> String {
        seconds < 100 ? String(format: "%.0f s left", seconds) : String(format: "%.0f min left", seconds / 60)
    }
}
