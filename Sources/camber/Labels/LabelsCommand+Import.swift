import ArgumentParser
import Files
import Foundation
import Store

extension LabelsCommand {
    /// `camber labels import`: a labeling tool's own export becomes a data set to learn from.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a labeling tool's export into a data set.",
            discussion: """
                Reads CVAT's "Segmentation mask 1.1" (unpacked), COCO's instances, Label Studio's JSON and Camber's own folders. \
                Classes are matched by name; what has none is void. Pictures in which nothing is marked yet are left out and named. \
                What the data set has already is never written over, apart from labels that are all void.

                Exit 0: all that are labeled are in the data set; 1: some were refused, each with its reason.
                """)

        @Argument(help: "The tool's export: a folder or a JSON file.", completion: .file()) var from: String
        @Option(help: .init("The data set; it is made where it is missing.", valueName: "folder")) var dataset: String
        @Option(help: .init("The folder that 'camber spool export' wrote, for the pictures.", valueName: "folder"))
        var frames: String?
        @Option(help: ArgumentHelp("Who labeled them, for the data set's origins.json.", valueName: "name")) var by = "human"
        @Flag(help: "Print JSON.") var json = false

        private struct Report: Encodable {
            let imported: Int
            let known: Int
            let refused: [String]
            let unlabeled: [String]
        }

        /// So many names are printed of those that are not labeled yet.
        private static let mostNames = 10

        func run() throws {
            var line = ChangingLine()
            let outcome = try LabelImport(from, frames: frames, to: dataset, labeledBy: by).run {
                if line.isDue { line.show("Importing: picture \($0)") }
            }
            line.clear()
            if let notice = outcome.notice { standardError(notice) }
            if json {
                let report = Report(
                    imported: outcome.imported, known: outcome.known, refused: outcome.refused, unlabeled: outcome.unlabeled)
                print(try ReportJSON.text(report))
            } else {
                print(Self.text(outcome))
                for reason in outcome.refused { standardError(reason) }
            }
            guard outcome.refused.isEmpty else { throw CommandFailure(code: 1, message: "") }
        }

        private static func text(_ outcome: LabelImport.Outcome) -> String {
            let counts =
                "\(CountText.text(outcome.imported, "picture")) imported, \(outcome.known) were there already, \(outcome.refused.count) refused"
            let names = outcome.unlabeled
            if names.isEmpty { return counts }
            let rest = names.count > mostNames ? " and \(names.count - mostNames) more; --json names all" : ""
            return "\(counts), \(names.count) not labeled yet: \(names.prefix(mostNames).joined(separator: ", "))\(rest)"
        }
    }
}
