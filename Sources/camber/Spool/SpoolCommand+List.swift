import ArgumentParser
import Files
import Foundation
import Store

extension SpoolCommand {
    /// `camber spool list`: what is there, newest first.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the frames that are kept, newest first.")

        @OptionGroup var spool: SpoolOptions
        @Option(help: ArgumentHelp("Only so many, the newest; 0 for all.", valueName: "N")) var last = 20
        @Flag(help: "Print JSON.") var json = false

        private struct Report: Encodable {
            let summary: SpoolSummary
            let items: [SpoolItem]
            let unreadable: [SpoolFinding]
        }

        func validate() throws {
            if last < 0 { throw ValidationError("--last must not be negative.") }
        }

        func run() throws {
            let spool = try spool.open()
            let all = try spool.items()
            let items = last == 0 ? all : Array(all.prefix(last))
            let unreadable = try spool.unreadable()
            if json {
                return print(try ReportJSON.text(Report(summary: spool.summary(), items: items, unreadable: unreadable)))
            }
            var table = TextTable(
                ("ID", .right), ("TAKEN", .left), ("SOURCE", .left), ("FRAME", .right), ("MODEL", .left), ("TRUSTED", .right),
                ("SIZE", .right), ("", .left), ("CLASSES", .left))
            for item in items {
                table.add(
                    String(item.id), StoreReport.text(item.time), Self.shortened(item.source), String(item.frameNumber),
                    String(item.model.prefix(8)), StoreReport.percent(item.selectedRatio), ByteText.text(item.bytes),
                    [item.isPinned ? "pinned" : nil, item.isUnsure ? "for a person" : nil, item.clock.map(StoreReport.text)]
                        .compactMap { $0 }.joined(separator: ", "),
                    StoreReport.shares(item, most: 4))
            }
            if !items.isEmpty { print(table.text) }
            print(try Self.text(spool.summary(), shown: items.count))
            for finding in unreadable {
                print("\(finding.path) cannot be read and is left as it is. \(finding.problem)")
            }
        }

        /// The end of a long source, which tells more than its beginning, marked as cut.
        private static func shortened(_ source: String) -> String {
            source.count > 28 ? "…" + source.suffix(27) : source
        }

        private static func text(_ summary: SpoolSummary, shown: Int) -> String {
            var text = "\(CountText.text(summary.items, "item")), \(ByteText.text(summary.bytes)), \(summary.pinned) pinned"
            let unsure = summary.unsure ?? 0
            if unsure > 0 { text += "; \(unsure) more wait for a person" }
            if shown < summary.items + unsure { text += "; the newest \(shown) are shown" }
            let classes = summary.itemsPerClass.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            if classes.isEmpty { return text }
            return text + "\nitems with each class: " + classes.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
    }
}
