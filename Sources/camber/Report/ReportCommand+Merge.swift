import ArgumentParser
import Files
import Foundation
import Live

extension ReportCommand {
    /// `camber report merge`: one report of a job's parts.
    struct Merge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Join the reports of a job's parts to one, and say which are missing.",
            discussion: """
                Of recordings that were split into runs of frames, each part is a line of its own; what it counts as damaged or missing \
                is counted once.

                Exit 0: all parts are there and whole; 1: a part is missing, or something was lost in one; 2: they do not belong together.
                """)

        @Argument(help: ArgumentHelp("Reports of the parts, as --report of 'camber segment' wrote them.", valueName: "file"))
        var reports: [String]
        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("Where to write the whole report; '-' for standard output.", valueName: "file"))
        var out = "-"

        func run() throws {
            if out != "-" {
                try OutputArguments.check([out], among: reports)
                try OutputArguments.prepare([out])
            }
            let merge: ReportMerge
            do { merge = try ReportMerge(reports) } catch {
                throw CommandFailure(code: 2, message: "Error: \("\(error)".onOneLine)")
            }
            let outcome = merge.run()
            try ReportJSON.write(outcome.report, to: out)
            let whole = outcome.report.inputs.count { $0.complete }
            standardError(
                "\(CountText.text(reports.count, "part")), \(CountText.text(outcome.report.inputs.count, "recording")), "
                    + "\(whole) of them whole, \(CountText.text(outcome.report.frames, "frame")), \(outcome.report.damaged) damaged"
            )
            for part in outcome.missing { standardError("Missing: part \(part)") }
            for part in outcome.incomplete { standardError("Not whole: part \(part)") }
            for failure in outcome.report.failures { standardError("Error: \(failure.problem.onOneLine)") }
            if !outcome.report.complete { throw CommandFailure(code: 1, message: "") }
        }
    }
}
