import Foundation
import Learning

/// How far a cycle is: one line that changes on a terminal, a plain line every ten seconds elsewhere.
struct LearnProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let clock = ContinuousClock()
    private var stage: LearningCycle.Progress.Stage?
    private var began = ContinuousClock.now
    private var first = 0
    private var shown: ContinuousClock.Instant?

    mutating func show(_ progress: LearningCycle.Progress) {
        let now = clock.now
        if progress.stage != stage {
            // A changing line that is replaced stays as it was last, at the stage's end.
            if isTerminal, stage != nil { standardError(raw: "\n") }
            (stage, began, first, shown) = (progress.stage, now, progress.done, nil)
        }
        let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
        guard progress.done == progress.total || shown.map({ now - $0 >= interval }) ?? true else { return }
        shown = now
        let line = text(progress, now)
        standardError(raw: isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n")
    }

    /// Ends the changing line, so that what follows starts at its place.
    mutating func clear() {
        if isTerminal, stage != nil { standardError(raw: "\n") }
    }

    private func text(_ progress: LearningCycle.Progress, _ now: ContinuousClock.Instant) -> String {
        var line = "\(name(progress.stage)): \(progress.done) of \(progress.total)"
        if let loss = progress.loss { line += String(format: ", loss %.3f", loss) }
        let (seconds, done) = ((now - began) / .seconds(1), progress.done - first)
        if seconds > 0, done > 0 {
            let rate = Double(done) / seconds
            line += String(format: ", %.1f/s", rate)
            if progress.done < progress.total { line += ", \(left(Double(progress.total - progress.done) / rate)) left" }
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

    private func left(_ seconds: Double) -> String {
        seconds < 100 ? String(format: "%.0f s", seconds) : String(format: "%.0f min", seconds / 60)
    }
}
