import ArgumentParser
import Files
import Store

extension SpoolCommand {
    /// `camber spool verify`: compares every file with what was written.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check every file; exit 1 if one is missing or changed.")

        @OptionGroup var spool: SpoolOptions
        @Flag(help: "Print JSON.") var json = false

        private struct Report: Encodable {
            let items: Int
            let findings: [SpoolFinding]
        }

        func run() throws {
            let spool = try spool.open()
            let report = Report(items: try spool.summary().items, findings: try spool.verify())
            if json {
                print(try ReportJSON.text(report))
            } else if report.findings.isEmpty {
                print("\(spool.folder): good, \(CountText.text(report.items, "item"))")
            }
            guard !report.findings.isEmpty else { return }
            if !json { for finding in report.findings { print("\(finding.path): \(finding.problem)") } }
            let count = report.findings.count
            throw CommandFailure(
                code: 1,
                message:
                    "\(count) \(count == 1 ? "thing is" : "things are") wrong in \(spool.folder). 'camber spool prune' removes what is damaged."
            )
        }
    }
}
