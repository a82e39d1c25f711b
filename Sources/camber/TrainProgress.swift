import Foundation
import Learning

/// One line an epoch, and on a terminal a line that changes within it.
struct TrainProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var first: TrainingProgress?

    mutating func show(_ progress: TrainingProgress) {
        let first = first ?? progress
        self.first = first
        var line = String(
            format: "epoch %d of %d, step %d of %d: loss %.4f, %.2f images/s", progress.epoch, progress.epochs, progress.step,
            progress.steps, progress.loss, progress.imagesPerSecond)
        if progress.step > first.step {
            let minutes = (progress.seconds - first.seconds) / Double(progress.step - first.step) / 60
            line += String(format: ", %.0f min left", minutes * Double(progress.steps - progress.step))
        }
        if let miou = progress.miou { line += String(format: ", mIoU %.2f %%", miou * 100) }
        let endsEpoch = progress.step % (progress.steps / progress.epochs) == 0
        if isTerminal {
            standardError(raw: "\r\u{1B}[K\(line)\(endsEpoch ? "\n" : "")")
        } else if endsEpoch {
            standardError(line)
        }
    }
}
