import Foundation
import Store
import Threads

/// How the store's commands write what they print.
enum StoreReport {
    /// In this machine's time zone, as 2026-01-31 12:00:00.
    static func text(_ time: Date) -> String {
        let parts = LocalTime.parts(of: Int(time.timeIntervalSince1970.rounded(.down)))
        return String(
            format: "%04d-%02d-%02d %02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
            parts.tm_min, parts.tm_sec)
    }

    static func text(_ doubt: ClockDoubt) -> String { doubt == .unset ? "clock not set" : "clock not synchronized" }

    static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    /// The largest classes of an item with their shares of its pixels.
    static func shares(_ item: SpoolItem, most: Int) -> String {
        item.classShares.filter { $0.value > 0 }.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            .prefix(most).map { "\($0.key) \(percent($0.value))" }.joined(separator: ", ")
    }
}
