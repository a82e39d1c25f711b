import Foundation
import Learning

/// How far a cycle is: one line that changes on a terminal, a plain line every ten seconds elsewhere.
struct LearnProgress {
    private var line = ChangingLine()
    private var stage: LearningCycle.Progress.Stage?
    private var began = ContinuousClock.now
    private var first = 0

    mutating func show(_ progress: LearningCycle.Progress) {
        if progress.stage != stage {
            // What the stage before showed last is how it ended.
            line.keep()
            (stage, began, first) = (progress.stage, .now, progress.done)
        }
        guard progress.done == progress.total || line.isDue else { return }
        line.show(text(progress))
    }

    /// Ends the changing line, so that what follows starts at its place.
    mutating func clear() { line.keep() }

    private func text(_ progress: LearningCycle.Progress) -> String {
        var line = "\(name(progress.stage)): \(progress.done) of \(progress.total)"
        if let loss = progress.loss { line += String(format: ", loss %.3f", loss) }
        let (seconds, done) = ((ContinuousClock.now - began) / .seconds(1), progress.done - first)
        if seconds > 0, done > 0 {
            let rate = Double(done) / seconds
            line += String(format: ", %.1f/s", rate)
            if progress.done < progress.total { line += ", " + ChangingLine.left(Double(progress.total - progress.done) / rate) }
        }
        if progress.pause > .zero {
            line += String(format: "; the daemon is late: waiting %.2g s a step", progress.pause / .seconds(1))
        }
        return line
    }

    private func name(_ stage: LearningCycle.Progress.Stage) -> String {
        let names = ["Collecting frames", "Pseudo-labels", "Segmentation network, step", "Auxiliary network, step", "Comparing"]
        return "[\(stage.rawValue + 1)/\(names.count)] \(names[stage.rawValue])"
    }
}
