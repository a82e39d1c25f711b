import Foundation
import Learning

/// One line an epoch, and on a terminal a line that changes within it.
struct TrainProgress {
    private var line = ChangingLine()
    private var first: TrainingProgress?

    mutating func show(_ progress: TrainingProgress) {
        let first = first ?? progress
        self.first = first
        let endsEpoch = progress.step % (progress.steps / progress.epochs) == 0
        guard endsEpoch || line.isTerminal && line.isDue else { return }
        var text = String(
            format: "epoch %d of %d, step %d of %d: loss %.4f, %.2f images/s", progress.epoch, progress.epochs, progress.step,
            progress.steps, progress.loss, progress.imagesPerSecond)
        if progress.step > first.step {
            let seconds = (progress.seconds - first.seconds) / Double(progress.step - first.step)
            text += ", " + ChangingLine.left(seconds * Double(progress.steps - progress.step))
        }
        if let miou = progress.miou { text += String(format: ", mIoU %.2f %%", miou * 100) }
        line.show(text)
        if endsEpoch { line.keep() }
    }
}
