import Foundation
import Logging
import Synchronization
import Threads
import Video

/// Log lines on stderr: with journald's priorities where the journal listens, readable with the time elsewhere.
///
/// A repeated message is counted, not repeated; what changes from one to the next belongs into its metadata.
///
/// Threading: any.
public final class ServiceLog: Sendable {
    private let isJournal: Bool
    private let filter = Mutex(RepeatFilter())
    private let level: Mutex<Logger.Level>
    private let write: @Sendable (String) -> Void

    /// Writes a line to the process's standard error.
    public static let standardError: @Sendable (String) -> Void = { [stream = LogStream(STDERR_FILENO)] in stream.write($0) }

    /// - Parameter write: takes one complete line with its line feed.
    public init(
        level: Logger.Level = .info, isJournal: Bool = ServiceLog.journalReads(STDERR_FILENO),
        write: @escaping @Sendable (String) -> Void = ServiceLog.standardError
    ) {
        self.isJournal = isJournal
        self.level = Mutex(level)
        self.write = write
    }

    /// Whether the journal is at the other end: systemd names its stream, but stderr may have been sent elsewhere since.
    ///
    /// - Parameter stream: device and inode, such as `9:1234`.
    public static func journalReads(
        _ descriptor: Int32, stream: String? = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
    ) -> Bool {
        var entry = stat()
        return stream != nil && fstat(descriptor, &entry) == 0 && stream == "\(entry.st_dev):\(entry.st_ino)"
    }

    /// A logger that writes here.
    public func logger(_ label: String = "camber") -> Logger {
        Logger(label: label) { _ in Handler(log: self) }
    }

    public func setLevel(_ level: Logger.Level) {
        self.level.withLock { $0 = level }
    }

    /// Writes how often messages came that were held back and have stopped coming.
    public func flush(at now: Duration = MonotonicClock.now) {
        for (message, repeats) in filter.withLock({ $0.expired(at: now) }) {
            write(line(.info, "\(message) (\(repeats) more times)"))
        }
    }

    fileprivate var currentLevel: Logger.Level { level.withLock { $0 } }

    fileprivate func log(_ level: Logger.Level, _ message: String, _ details: String) {
        guard let repeats = filter.withLock({ $0.admit(message, at: MonotonicClock.now) }) else { return }
        let held = repeats > 0 ? " (\(repeats) more times since)" : ""
        write(line(level, message + details + held))
    }

    private func line(_ level: Logger.Level, _ text: String) -> String {
        // In this order: a line feed after a carriage return is no character of its own before.
        let text = text.printable.replacing("\n", with: " ")
        if isJournal { return "<\(Self.priority(level))>\(text)\n" }
        let parts = LocalTime.parts(of: time(nil))
        let clock = String(format: "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec)
        return level <= .info ? "\(clock) \(text)\n" : "\(clock) \(level.rawValue): \(text)\n"
    }

    /// The kernel's numbers, which journald reads in front of a line.
    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    private struct Handler: LogHandler {
        let log: ServiceLog
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level {
            get { log.currentLevel }
            set { log.setLevel(newValue) }
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            log.log(event.level, event.message.description, details)
        }
    }
}
