import Foundation
import Learning

/// One line an epoch, and on a terminal a line that changes within it.
struct TrainProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var firstStep: Int?

    mutating func show(_ progress: TrainingProgress) {
        let first = firstStep ?? progress.step - 1
        firstStep = first
        let minutesLeft = progress.seconds / Double(progress.step - first) * Double(progress.steps - progress.step) / 60
        var line = String(
            format: "epoch %d of %d, step %d of %d: loss %.4f, %.2f images/s, %.0f min left", progress.epoch, progress.epochs,
            progress.step,
            progress.steps, progress.loss, progress.imagesPerSecond, minutesLeft)
        if let miou = progress.miou { line += String(format: ", mIoU %.2f %%", miou * 100) }
        let endsEpoch = progress.step % (progress.steps / progress.epochs) == 0
        if isTerminal {
            standardError(raw: "\r\u{1B}[K\(line)\(endsEpoch ? "\n" : "")")
        } else if endsEpoch {
            standardError(line)
        }
    }
}
