import ArgumentParser
import Files
import Foundation
import Live
import Store

extension ExchangeFormat: ExpressibleByArgument {}

extension SpoolCommand {
    /// `camber spool export`: frames with pre-labels for people to correct.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write frames and their labels for a labeling tool.",
            discussion: """
                cvat: images/ for a new task, cvat-labels.json for its labels, annotations.zip to upload as "Segmentation mask 1.1".
                label-studio: labeling.xml, and tasks.json to import; the folder is the root of its local files.
                coco: images/ and annotations.json, masks as run lengths. folder: a data set that --dataset folder: reads.
                'camber labels import' takes the tool's own export back.
                """)

        @OptionGroup var spool: SpoolOptions
        @Option(
            name: .customLong("for"),
            help: .init("What it is for: a labeling tool, COCO's format, or a folder as data set.", valueName: "tool"))
        var format: ExchangeFormat
        @Option(help: .init("The folder to write; it must be new.", valueName: "folder")) var out: String
        @Option(
            help: .init(
                "Only so many that nobody has labeled: first what waits for a person, then those of whose pixels the least were trusted.",
                valueName: "N"))
        var uncertain: Int?
        @Option(help: ArgumentHelp("Only so many, the newest.", valueName: "N")) var last: Int?
        @Flag(help: "Print JSON.") var json = false

        private struct Report: Encodable {
            let frames: Int
            let leftOut: [String]
        }

        func validate() throws {
            for (name, value) in [("--uncertain", uncertain), ("--last", last)] {
                if let value, value < 1 { throw ValidationError("\(name) must be 1 or more.") }
            }
        }

        func run() throws {
            let spool = try spool.open()
            try OutputArguments.check(out, "--out", outside: [spool.folder], of: "the spool")
            var items = try spool.items()
            if let last { items = Array(items.prefix(last)) }
            if let uncertain {
                let people = try self.spool.human()?.people() ?? [:]
                items = items.filter { people[$0.exchangeName] == nil }.mostUncertain(uncertain)
            }
            guard !items.isEmpty else { throw CommandFailure(code: 1, message: "There is nothing in \(spool.folder).") }
            items.sort { $0.id < $1.id }
            var line = ChangingLine()
            let result = try SpoolExport(items, of: spool, to: out, as: format).run {
                if line.isDue { line.show("Exporting: frame \($0) of \(items.count)") }
            }
            line.clear()
            if json {
                print(try ReportJSON.text(Report(frames: result.frames, leftOut: result.leftOut)))
            } else {
                print("\(CountText.text(result.frames, "frame")) in \(out)")
                for reason in result.leftOut { standardError("Left out: \(reason)") }
            }
            guard result.leftOut.isEmpty else { throw CommandFailure(code: 1, message: "") }
        }
    }
}
