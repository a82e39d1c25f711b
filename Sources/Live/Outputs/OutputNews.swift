import Status
import Threads

/// Which states of outputs are worth a line of the log: each trouble once, however often it is tried again, under whatever name and with
/// however many bytes free.
///
/// Threading: one thread.
package struct OutputNews {
    /// What begins again within this time is no news before that is over.
    private static let quiet = Duration.seconds(60)

    private struct Trouble: Hashable {
        var output: String
        var state: OutputReport.Condition
        var problem: String
    }

    private var current: [String: Trouble] = [:]
    private var told: [Trouble: Duration] = [:]

    package init() {}

    /// Whether this is to be told now.
    package mutating func take(_ report: OutputReport, at now: Duration) -> Bool {
        let before = current[report.name]
        if before == nil, report.state == .working { return false }
        // Times and sizes are of the attempt.
        let problem = (report.problem ?? "").filter { !$0.isNumber }
        let trouble = Trouble(output: report.name, state: report.state, problem: problem)
        told = told.filter { now - $0.value < Self.quiet }
        // What is no news yet and lasts becomes some.
        guard trouble != before, told[trouble] == nil else { return false }
        (current[report.name], told[trouble]) = (trouble, now)
        return true
    }
}
