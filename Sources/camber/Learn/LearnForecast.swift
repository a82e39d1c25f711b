import Files
import Foundation
import Learning

/// What `camber learn --dry-run` prints.
struct LearnForecast: Encodable {
    /// The number of the model to start from.
    private let incumbent: Int
    /// The cycle that the next run goes on with; nil where it begins a new one.
    private let interruptedCycle: Int?
    private let framesLearned: Int
    private let framesKeptBack: Int
    private let stretchesKeptBack: Int
    private let labeled: Int
    private let heldOut: Int
    private let heldOutStretches: Int
    /// What people labeled of this road, to learn from and to judge by; nil where learn.human names nothing.
    private let humanLearned: Int?
    private let humanHeldOut: Int?
    /// What is not used, each with the reason.
    private let leftOut: [String]
    /// What a person should know before a night is spent on it.
    private let notices: [String]

    init(_ survey: CycleSurvey, interrupted: Int?, _ plan: LearningCycle.Plan) {
        (incumbent, interruptedCycle, leftOut) = (survey.incumbent.number, interrupted, survey.leftOut)
        framesLearned = survey.learned.count
        framesKeptBack = survey.keptBack.reduce(0) { $0 + $1.count }
        stretchesKeptBack = survey.keptBack.count
        labeled = survey.labeled
        heldOut = survey.heldOutStretches.count
        heldOutStretches = Set(survey.heldOutStretches).count
        (humanLearned, humanHeldOut) = (survey.humanLearned, plan.human?.heldOut.items.count)
        var notices: [String] = []
        if framesLearned + framesKeptBack < plan.leastItems {
            notices.append("There are too few frames: learn.least_items asks for \(plan.leastItems).")
        }
        if max(heldOutStretches, stretchesKeptBack) < plan.gate.leastStretches, (humanHeldOut ?? 0) == 0 {
            notices.append(
                "No candidate can be promoted: \(plan.gate.leastStretches) stretches of road are needed to tell a gain from chance, among "
                    + "the held-out pictures or the frames that are kept back, which begin at 30 stretches in the spool; or "
                    + "frames of two stretches that people labeled (learn.human).")
        }
        self.notices = notices
    }

    var json: String { get throws { try ReportJSON.text(self) } }

    private var people: [String] {
        guard let humanLearned, let humanHeldOut else { return [] }
        return [
            "Of what people labeled of this road, \(CountText.text(humanLearned, "picture")) to learn from and \(humanHeldOut) to judge by."
        ]
    }

    private func stretches(_ count: Int) -> String { count == 1 ? "1 stretch" : "\(count) stretches" }

    var text: String {
        let beginning = interruptedCycle.map { "The next run goes on with cycle \($0). A new one" } ?? "A cycle"
        return
            ([
                "\(beginning) would start from model \(incumbent) and learn from "
                    + "\(CountText.text(framesLearned, "frame")) of the spool and \(CountText.text(labeled, "labeled picture")).",
                "Judged on \(CountText.text(heldOut, "held-out picture")) of \(stretches(heldOutStretches)) of road, and on "
                    + "\(CountText.text(framesKeptBack, "frame")) of the spool kept back for it, of \(stretches(stretchesKeptBack)).",
            ] + people + notices + (leftOut.isEmpty ? [] : ["Left out:"] + leftOut.map { "  \($0)" })).joined(separator: "\n")
    }
}
