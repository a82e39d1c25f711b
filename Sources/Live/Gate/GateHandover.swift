import Dispatch
import Foundation
import Synchronization
import Threads
import Video

/// Carries a frame now and then from the inference thread to the gate, in buffers made once.
///
/// The inference thread never waits for it: no lock is shared with the gate, whose thread may be held up for long. A turn
/// that comes while the gate is busy is missed and counted.
///
/// Threading: `turn`, `pass` and `handOver` by the inference thread, `take` and `giveBack` by the gate's.
// Safe to send: the frame belongs to one side at a time, as the atomic phase says.
public final class GateHandover: @unchecked Sendable {
    private static let free: UInt8 = 0
    private static let filled: UInt8 = 1
    /// What is further apart hardly shows the same.
    private static let longestGap = Duration.milliseconds(500)

    private let frame: GateFrame
    private let every: Duration
    private let phase = Atomic(GateHandover.free)
    private let missedTurns = Atomic(0)
    private let damagedTurns = Atomic(0)
    private let frozenTurns = Atomic(0)
    /// In thousandths; -1 where the road is familiar, or nobody knows.
    private let unfamiliarity = Atomic(-1)
    private let arrived = DispatchSemaphore(value: 0)
    /// Of the inference thread.
    private var due = Duration.zero
    private var hasPassedOver = false
    private var previous: RGBImage
    private var previousView: FrameView?
    private var previousTime = Duration.zero

    /// - Parameter segmenter: any of those whose frames come; they all have one size and one set of classes.
    public init(every: Duration, for segmenter: any FrameSegmenter) {
        self.every = every
        frame = GateFrame(segmenter)
        previous = RGBImage(width: segmenter.width, height: segmenter.height)
    }

    /// Turns that came while the gate was busy.
    var missed: Int { missedTurns.load(ordering: .relaxed) }

    /// Turns that came while frames were damaged.
    var damaged: Int { damagedTurns.load(ordering: .relaxed) }

    /// Turns of frames whose picture was frozen.
    var frozen: Int { frozenTurns.load(ordering: .relaxed) }

    /// The share of the pixels that should be right on a road that is unfamiliar to the model, 0…1; nil on others.
    ///
    /// Threading: any.
    var unfamiliar: Double? {
        get {
            let value = unfamiliarity.load(ordering: .relaxed)
            return value < 0 ? nil : Double(value) / 1000
        }
        set { unfamiliarity.store(newValue.map { Int(nearest: $0 * 1000) } ?? -1, ordering: .relaxed) }
    }

    /// Whether the gate has done with the last frame.
    package var isFree: Bool { phase.load(ordering: .acquiring) == Self.free }

    /// Where the frame at hand goes, if it is its turn and the gate is free. A damaged frame leaves its turn to the next whole one.
    func turn(at now: Duration, isDamaged: Bool = false, isFrozen: Bool = false) -> GateFrame? {
        if now < due { return nil }
        if isDamaged {
            if !hasPassedOver { damagedTurns.add(1, ordering: .relaxed) }
            hasPassedOver = true
            return nil
        }
        hasPassedOver = false
        due = now + every
        if isFrozen {
            frozenTurns.add(1, ordering: .relaxed)
            return nil
        }
        guard isFree else {
            missedTurns.add(1, ordering: .relaxed)
            return nil
        }
        return frame
    }

    /// Keeps a frame that is not handed over, as the next one may be.
    func pass(_ slot: FrameSlot, at now: Duration) {
        guard now + Self.longestGap >= due else { return }
        previousView = nil
        if slot.stamp.isDamaged || slot.isFrozen { return }
        previous.bytes.copy(slot.input.bytes)
        (previousView, previousTime) = (slot.view, now)
    }

    /// Passes on what `turn` gave, with the slot's frame and the one before.
    func handOver(_ slot: FrameSlot, labeledBy segmenter: any FrameSegmenter, at now: Duration) {
        frame.hasBefore = previousView == slot.view && now - previousTime <= Self.longestGap
        if frame.hasBefore { swap(&frame.before, &previous) }
        previousView = nil
        frame.picture.bytes.copy(slot.input.bytes)
        frame.original = slot.original
        frame.stamp = slot.stamp
        frame.view = slot.view
        frame.time = Date()
        frame.segmenter = segmenter
        phase.store(Self.filled, ordering: .releasing)
        arrived.signal()
    }

    /// Waits for the next frame; nil where none came in `time`.
    func take(for time: Duration) -> GateFrame? {
        guard arrived.wait(timeout: .now() + time.inSeconds) == .success else { return nil }
        return phase.load(ordering: .acquiring) == Self.filled ? frame : nil
    }

    func giveBack() {
        (frame.segmenter, frame.original) = (nil, nil)
        phase.store(Self.free, ordering: .releasing)
    }
}
