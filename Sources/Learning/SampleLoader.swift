import Foundation
import RoadScenes

/// Makes augmented batches ahead of the trainer, on a thread of its own.
///
/// Threading: one consumer. A batch depends on the seed and its number only, so that neither threads, nor the processes that
/// share the batches of a step, nor a restart change it.
// Safe to send: all that changes is guarded by `condition`.
final class SampleLoader: @unchecked Sendable {
    typealias Batch = Result<[LabeledImage], SceneError>

    private static let batchesAhead = 3
    private let condition = NSCondition()
    private var finished: [Int: Batch] = [:]
    private var started: Int
    private var taken: Int
    private var isStopped = false

    private let set: TrainingSet
    private let augmentation: Augmentation
    private let batch: Int
    private let batches: Int
    private let session: TrainingSession

    /// - Parameters:
    ///   - batch: pictures in each.
    ///   - batches: per epoch, in all processes.
    ///   - firstStep: for which a batch is made.
    init(
        _ set: TrainingSet, _ augmentation: Augmentation, _ batch: Int, _ batches: Int, _ session: TrainingSession,
        firstStep: Int
    ) {
        (self.set, self.augmentation, self.batch, self.batches, self.session) = (set, augmentation, batch, batches, session)
        (started, taken) = (firstStep * session.accumulate, firstStep * session.accumulate)
        let thread = Thread { [self] in work() }
        thread.name = "camber-loader"
        thread.start()
    }

    /// The next batch; waits where it is not there yet.
    func next() throws(SceneError) -> [LabeledImage] {
        condition.lock()
        defer { condition.unlock() }
        while finished[taken] == nil { condition.wait() }
        let batch = finished.removeValue(forKey: taken)!
        taken += 1
        condition.broadcast()
        return try batch.get()
    }

    /// Ends the thread, which otherwise keeps the loader alive.
    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }

    private func work() {
        while let number = start() {
            let batch = make(session.batchNumber(own: number))
            condition.lock()
            finished[number] = batch
            condition.broadcast()
            condition.unlock()
        }
    }

    private func start() -> Int? {
        condition.lock()
        defer { condition.unlock() }
        while !isStopped && started >= taken + Self.batchesAhead { condition.wait() }
        guard !isStopped else { return nil }
        started += 1
        return started - 1
    }

    private func make(_ number: Int) -> Batch {
        let (epoch, place) = (number / batches, number % batches)
        let order = set.order(epoch: epoch, seed: session.seed)
        var samples: [LabeledImage] = []
        for slot in 0..<batch {
            // A set smaller than a batch goes round.
            let item = order[(place * batch + slot) % order.count]
            let sample = LabeledImage(width: augmentation.cropWidth, height: augmentation.cropHeight)
            do throws(SceneError) {
                augmentation.apply(
                    to: try set.load(item), seed: session.seed, epoch: epoch, item: place * batch + slot, into: sample)
            } catch {
                return .failure(error)
            }
            samples.append(sample)
        }
        return .success(samples)
    }
}
