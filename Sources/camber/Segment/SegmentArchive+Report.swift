import Files
import Foundation
import Live
import RoadScenes
import Video

extension SegmentArchive {
    /// Writes the account: of a single recording its report, of several the sums and every report.
    ///
    /// - Parameter file: '-' for standard output.
    func write(to file: String) throws {
        if !plan.search.isArchive && reports.count == 1 && (failures.isEmpty || reports[0].problem != nil) {
            var report = reports[0]
            report.settings = settings
            try ReportJSON.write(report, to: file)
        } else {
            var report = ArchiveReport(
                reports, settings: settings, model: model, labels: models[0].current.classes.entries, failures: failures,
                isComplete: isComplete)
            if plan.search.isArchive, settings.shard != nil { report.dealt = .init(plan.allTasks.map(\.recording.name)) }
            try ReportJSON.write(report, to: file)
        }
    }

    /// Says what came of it; at the end, what was damaged and what was lost. Fails where something was lost: a recording that
    /// gave nothing or not all that it promises, an output that is not whole.
    func conclude(_ say: (String) -> Void) throws {
        if let first = leftOut.first {
            let what = CountText.text(leftOut.count, "result")
            standardError("Note: Left out: \(what) that Camber has made of recordings, such as \(first.onOneLine).")
        }
        for report in reports {
            // What was lost comes at the end.
            let notices = (report.notices ?? []).filter { report.lost?.contains($0) != true }
            for notice in notices { standardError("Note: \(notice.onOneLine)") }
        }
        for report in reports where report.frames > 0 { say(report.summary) }
        let empty = reports.filter { $0.frames == 0 && $0.problem == nil }
        for report in empty where !wasStopped {
            standardError("Note: no frame of \(report.input.onOneLine) belongs to this part of the work.")
        }
        for report in reports {
            guard let damage = DamageText.text(damaged: report.damaged, missing: report.missing) else { continue }
            standardError("Damaged: \(report.input.onOneLine): \(damage).")
        }
        for problem in reports.flatMap({ $0.lost ?? [] }) { standardError("Error: \(problem.onOneLine)") }
        for failure in failures { standardError("Error: \(failure.problem.onOneLine)") }
        for partial in reports.flatMap({ $0.partial ?? [] }) {
            standardError("What there is of it is in \(partial.onOneLine).")
        }
        if plan.search.isArchive {
            let whole = reports.count { $0.complete }
            let all = plan.tasks.count - leftOut.count + plan.search.oddities.count
            standardError("\(whole + alreadyDoneUnreported) of \(all) recordings are complete.")
        }
        if wasStopped {
            throw CommandFailure(code: 1, message: "Stopped before the end. The same command with --resume goes on.")
        }
        if !failures.isEmpty || reports.contains(where: { !$0.complete || $0.missing > 0 }) {
            throw CommandFailure(code: 1, message: "")
        }
    }
}

extension SegmentReport {
    /// One line for people.
    var summary: String {
        let rate = seconds > 0 ? Double(frames) / seconds : 0
        var line =
            input.onOneLine + ": " + CountText.text(frames, "frame") + String(format: " in %.1f s, %.1f frames/s", seconds, rate)
        line += String(format: ", inference %.1f ms a frame", inference.p50)
        if damaged > 0 { line += ", \(damaged) damaged" }
        if let sidecar { line += "\n  " + Self.text(sidecar) }
        let common = classes.filter { $0.value >= 0.005 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shares = common.map { $0.key.onOneLine + String(format: " %.0f %%", $0.value * 100) }
        return shares.isEmpty ? line : "\(line)\n  \(shares.joined(separator: ", "))"
    }

    private static func text(_ sidecar: CircumstanceSummary) -> String {
        var parts = ["sidecar of \(CountText.text(sidecar.frames, "line")), \(sidecar.located) with a position"]
        if let began = sidecar.began, let ended = sidecar.ended { parts.append("\(began) to \(ended)") }
        return parts.joined(separator: ", ")
    }
}
