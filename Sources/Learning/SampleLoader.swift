import RoadScenes
import Threads

/// Makes augmented batches ahead of the trainer, on a thread of its own.
///
/// Threading: one consumer. A batch depends on the seed and its number only, so that neither threads, nor the processes that
/// share the batches of a step, nor a restart change it.
// Safe to send: all that changes is guarded by `lock`.
final class SampleLoader: @unchecked Sendable {
    typealias Batch = Result<[LabeledImage], SceneError>

    private static let batchesAhead = 3
    private let lock = ConditionLock()
    private var finished: [Int: Batch] = [:]
    private var started: Int
    private var taken: Int
    private var isStopped = false

    private let set: TrainingSet
    private let augmentation: Augmentation
    private let mix: SampleMix?
    private let batch: Int
    private let batches: Int
    private let session: TrainingSession

    /// - Parameters:
    ///   - batch: pictures in each.
    ///   - batches: per epoch, in all processes.
    ///   - firstStep: for which a batch is made.
    init(
        _ set: TrainingSet, _ augmentation: Augmentation, _ mix: SampleMix?, _ batch: Int, _ batches: Int,
        _ session: TrainingSession, firstStep: Int
    ) {
        self.mix = mix
        (self.set, self.augmentation, self.batch, self.batches, self.session) = (set, augmentation, batch, batches, session)
        (started, taken) = (firstStep * session.accumulate, firstStep * session.accumulate)
        NamedThread("camber-loader") { [self] in work() }
    }

    /// The next batch; waits where it is not there yet.
    func next() throws(SceneError) -> [LabeledImage] {
        let batch = lock.locked {
            while finished[taken] == nil { _ = lock.wait() }
            let batch = finished.removeValue(forKey: taken)!
            taken += 1
            lock.wakeAll()
            return batch
        }
        return try batch.get()
    }

    /// Ends the thread, which otherwise keeps the loader alive.
    func stop() {
        lock.locked {
            isStopped = true
            lock.wakeAll()
        }
    }

    private func work() {
        while let number = start() {
            let batch = make(session.batchNumber(own: number))
            lock.locked {
                finished[number] = batch
                lock.wakeAll()
            }
        }
    }

    private func start() -> Int? {
        lock.locked {
            while !isStopped && started >= taken + Self.batchesAhead { _ = lock.wait() }
            guard !isStopped else { return nil }
            started += 1
            return started - 1
        }
    }

    private func make(_ number: Int) -> Batch {
        let (epoch, place) = (number / batches, number % batches)
        let order = set.order(epoch: epoch, seed: session.seed)
        var samples: [LabeledImage] = []
        for slot in 0..<batch {
            // A set smaller than a batch goes round.
            let item = order[(place * batch + slot) % order.count]
            let sample: LabeledImage
            do throws(SceneError) {
                let whole = try set.load(item)
                sample = LabeledImage(
                    width: augmentation.cropWidth, height: augmentation.cropHeight, withConfidence: whole.confidence != nil)
                augmentation.apply(
                    to: whole, seed: session.seed, epoch: epoch, item: place * batch + slot, into: sample)
            } catch {
                return .failure(error)
            }
            samples.append(sample)
        }
        return .success(mix?.apply(to: samples, seed: session.seed, epoch: epoch, item: place * batch) ?? samples)
    }
}
