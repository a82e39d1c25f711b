import Foundation
import RoadScenes

/// Makes augmented batches ahead of the trainer, on threads of its own.
///
/// Threading: one consumer. A batch depends on the seed and its number only, so that neither threads nor a restart change it.
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
    private let seed: UInt64

    /// - Parameters:
    ///   - first: number of the first batch to make, counted over all epochs.
    ///   - batches: per epoch.
    init(_ set: TrainingSet, _ augmentation: Augmentation, batch: Int, batches: Int, first: Int, seed: UInt64, threads: Int = 1) {
        (self.set, self.augmentation, self.batch, self.batches, self.seed) = (set, augmentation, batch, batches, seed)
        (started, taken) = (first, first)
        for _ in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "camber-loader"
            thread.start()
        }
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

    /// Ends the threads, which otherwise keep the loader alive.
    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }

    private func work() {
        while let number = start() {
            let batch = make(number)
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
        let order = set.order(epoch: epoch, seed: seed)
        var samples: [LabeledImage] = []
        for slot in 0..<batch {
            // A set smaller than a batch goes round.
            let item = order[(place * batch + slot) % order.count]
            let sample = LabeledImage(width: augmentation.cropWidth, height: augmentation.cropHeight)
            do throws(SceneError) {
                augmentation.apply(to: try set.load(item), seed: seed, epoch: epoch, item: place * batch + slot, into: sample)
            } catch {
                return .failure(error)
            }
            samples.append(sample)
        }
        return .success(samples)
    }
}
