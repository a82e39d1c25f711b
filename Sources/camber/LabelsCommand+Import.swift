import ArgumentParser
import Foundation
import Store

extension LabelsCommand {
    /// `camber labels import`: a labeling tool's own export becomes a data set to learn from.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a labeling tool's export into a data set.",
            discussion: """
                Reads CVAT's "Segmentation mask 1.1" (unpacked), COCO's instances, Label Studio's JSON and Camber's own folders. \
                Classes are matched by name; what has none is void. What the data set has already is never written over.

                Exit 0: all are in the data set; 1: some were refused, each with its reason.
                """)

        @Argument(help: "The tool's export: a folder or a JSON file.", completion: .file()) var from: String
        @Option(help: .init("The data set; it is made where it is missing.", valueName: "folder")) var dataset: String
        @Option(help: .init("The folder that 'camber spool export' wrote, for the pictures.", valueName: "folder")) var frames:
            String?
        @Option(help: "Who labeled them, for the data set's origins.json.") var by = "human"
        @Flag(help: "Print JSON.") var json = false

        private struct Report: Encodable {
            let imported: Int
            let known: Int
            let refused: [String]
        }

        func run() throws {
            var line = ChangingLine()
            let outcome = try LabelImport(from, frames: frames, to: dataset, labeledBy: by).run {
                if line.isDue { line.show("Importing: picture \($0)") }
            }
            line.clear()
            if let notice = outcome.notice { standardError(notice) }
            if json {
                print(
                    try ReportJSON.text(Report(imported: outcome.imported, known: outcome.known, refused: outcome.refused)))
            } else {
                print(
                    "\(outcome.imported) pictures imported, \(outcome.known) were there already, \(outcome.refused.count) refused"
                )
                for reason in outcome.refused { standardError(reason) }
            }
            guard outcome.refused.isEmpty else { throw CommandFailure(code: 1, message: "") }
        }
    }
}
