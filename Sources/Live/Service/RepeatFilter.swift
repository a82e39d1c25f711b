/// Lets a message through once, and then counts it until it is worth another line.
package struct RepeatFilter: Sendable {
    private struct Entry {
        var printed: Duration
        var repeats = 0
    }

    private let quiet: Duration
    private let mostKept = 256
    private var entries: [String: Entry] = [:]

    package init(quiet: Duration = .seconds(60)) {
        self.quiet = quiet
    }

    /// How often it came unprinted since its last line, if it is to be printed now; nil if not.
    package mutating func admit(_ message: String, at now: Duration) -> Int? {
        if let entry = entries[message], now - entry.printed < quiet {
            entries[message]?.repeats += 1
            return nil
        }
        if entries.count >= mostKept { entries.removeAll() }
        let repeats = entries[message]?.repeats ?? 0
        entries[message] = Entry(printed: now)
        return repeats
    }

    /// The messages whose time is over and that came again meanwhile, with how often; they start afresh.
    package mutating func expired(at now: Duration) -> [(message: String, repeats: Int)] {
        let over = entries.filter { now - $0.value.printed >= quiet }
        for message in over.keys { entries[message] = nil }
        return over.filter { $0.value.repeats > 0 }.map { ($0.key, $0.value.repeats) }.sorted { $0.message < $1.message }
    }
}
