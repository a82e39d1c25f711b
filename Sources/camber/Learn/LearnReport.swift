import Files
import Foundation
import Learning
import Store

/// What `camber learn` prints. Units: ratios 0…1, times in ms and seconds.
struct LearnReport: Encodable {
    private enum Outcome: String, Encodable {
        case promoted, rejected, stopped
        case tooFewItems = "too_few_items"
        case alreadyRunning = "already_running"
    }

    private let outcome: Outcome
    private let reason: String
    /// Nil where no cycle came to its end.
    private let cycle: CycleRecord?
    /// What was not learned from, each with the reason.
    private var leftOut: [String] = []

    init(_ outcome: LearningCycle.Outcome, leastItems: Int) {
        switch outcome {
        case .finished(let record):
            self.outcome = record.promoted ? .promoted : .rejected
            (reason, cycle, leftOut) = (record.reason, record, record.leftOut ?? [])
        case .tooFewItems(let count, let leftOut):
            self.outcome = .tooFewItems
            reason = "The spool holds \(CountText.text(count, "usable frame")); learn.least_items asks for \(leastItems)."
            (cycle, self.leftOut) = (nil, leftOut)
        case .alreadyRunning(let owner):
            (self.outcome, reason, cycle) = (.alreadyRunning, "A cycle is running already: \(owner).", nil)
        case .stopped:
            (self.outcome, reason, cycle) = (.stopped, "Stopped. The next 'camber learn' goes on from there.", nil)
        }
    }

    var json: String { get throws { try ReportJSON.text(self) } }

    /// The verdict, its main reason and the numbers, a line each.
    var text: String {
        guard let cycle else { return ([reason] + leftOutLines).joined(separator: "\n") }
        return ["\(title(cycle)).", cycle.mainReason, numbers(cycle)].joined(separator: "\n")
    }

    private func title(_ cycle: CycleRecord) -> String {
        guard let candidate = cycle.candidate else { return "Cycle \(cycle.id): no candidate" }
        return "Cycle \(cycle.id): model \(candidate) \(cycle.promoted ? "promoted" : "rejected")"
    }

    private func effort(_ cycle: CycleRecord) -> String {
        CountText.text(cycle.items.count, "picture") + String(format: ", %.0f s", cycle.seconds)
    }

    private func numbers(_ cycle: CycleRecord) -> String {
        func change(_ before: Double?, _ after: Double?) -> String? {
            guard let before, let after else { return nil }
            return String(format: "%.1f → %.1f %%", before * 100, after * 100)
        }
        let (old, new) = (cycle.incumbentCard, cycle.candidateCard)
        let losses = old.iou.compactMap { name, before in (new?.iou[name]).map { (name: name, loss: before - $0) } }
        let worst = losses.max { ($0.loss, $1.name) < ($1.loss, $0.name) }.flatMap { $0.loss > 0.0005 ? $0 : nil }
        return [
            change(old.humanMiou, new?.humanMiou).map { "mIoU \($0) on what people labeled of this road" },
            change(old.miou, new?.miou).map { "mIoU \($0) on held-out pictures" },
            worst.map { String(format: "%@ loses most, %.1f", $0.name, $0.loss * 100) },
            "\(effort(cycle)); --details says more",
        ].compactMap(\.self).joined(separator: "; ") + "."
    }

    /// Everything that is known of it.
    var details: String {
        guard let cycle else { return text }
        let model = cycle.candidate.map { "model \($0)" } ?? "no candidate"
        var lines = ["\(title(cycle)); \(effort(cycle)).", reason] + leftOutLines
        guard let new = cycle.candidateCard else { return lines.joined(separator: "\n") }
        let old = cycle.incumbentCard
        lines += ["", "                     model \(cycle.incumbent)   \(model)"]
        func row(_ name: String, _ before: Double?, _ after: Double?) {
            let values = [before, after].map { $0.map { String(format: "%8.1f", $0 * 100) } ?? "       –" }
            let label = name.padding(toLength: 18, withPad: " ", startingAt: 0)
            lines.append("\(label) \(values[0]) % \(values[1]) %")
        }
        row("mIoU", old.miou, new.miou)
        for name in Set(old.iou.keys).union(new.iou.keys).sorted() { row("  \(name)", old.iou[name], new.iou[name]) }
        if old.humanMiou != nil || new.humanMiou != nil { row("mIoU of this road", old.humanMiou, new.humanMiou) }
        row("confident pixels", old.selectedRatio, new.selectedRatio)
        return lines.joined(separator: "\n")
    }

    /// The first few; the record has all of them.
    private var leftOutLines: [String] {
        if leftOut.isEmpty { return [] }
        let shown = leftOut.prefix(3).map { "  \($0)" }
        let rest = leftOut.count > shown.count ? ["  and \(leftOut.count - shown.count) more"] : []
        return ["\(CountText.text(leftOut.count, "picture")) \(leftOut.count == 1 ? "was" : "were") left out:"] + shown + rest
    }
}
