import Foundation
import Live
import Synchronization
import TestSupport
import Testing
import Threads
import Video

/// A camera that comes back with another picture, as after somebody has set it up anew, or another one is at its address.
@Suite final class SizeChangeTests {
    private let temporary = try! TestFolder()

    /// Frames of one size and then of another; each waits until the one before is labeled.
    // Safe to send: the reading thread owns it, the count is under a mutex.
    private final class ChangingCamera: FrameSource, @unchecked Sendable {
        private let sizes: [(width: Int, height: Int)]
        private var next = 0
        private let stop = StopSignal()
        let labeled = Mutex<(@Sendable () -> Int)?>(nil)

        init(_ sizes: [(width: Int, height: Int)]) { self.sizes = sizes }

        private var size: (width: Int, height: Int) { sizes[max(0, next - 1)] }
        var facts: SourceFacts {
            SourceFacts(
                width: size.width, height: size.height, frameRate: Rational(10, 1), frameCount: nil, isLive: true,
                timeBase: Rational(1, 10))
        }
        var frame: FrameStamp {
            FrameStamp(
                index: next - 1, time: Timestamp(Int64(next - 1), Rational(1, 10)), width: size.width, height: size.height)
        }
        var damaged: Int { 0 }

        func read() -> Bool {
            let labeled = labeled.withLock { $0 }
            while let labeled, labeled() < next, !stop.isSet { usleep(200) }
            if next == sizes.count { return false }
            next += 1
            return !stop.isSet
        }

        func draw(into picture: RGBImage) { picture.bytes.fill(with: 90) }

        func cancel() { stop.set() }
    }

    private final class SizedFile: FrameOutput {
        let size: (width: Int, height: Int)
        private let isRight: (Bool) -> Void

        init(_ slot: FrameSlot, isRight: @escaping (Bool) -> Void) {
            (size, self.isRight) = ((slot.outputWidth, slot.outputHeight), isRight)
        }

        func write(_ slot: FrameSlot) { isRight((slot.outputWidth, slot.outputHeight) == size) }
        func close() {}
    }

    @Test func theNextFileHasItsSize() throws {
        let sizes = [(16, 12), (16, 12), (16, 12), (32, 12), (32, 12), (16, 12)].map { (width: $0.0, height: $0.1) }
        let made = Mutex<[String]>([])
        let rights = Mutex<[Bool]>([])
        let (folder, picture) = (temporary.path, temporary.file("live.png"))
        let lane = OutputLane("masks", needsPicture: false, policy: .wait) { slot throws(LiveError) in
            try SegmentedOutput("\(folder)/front.mkv", length: nil, first: slot) { _, slot in
                made.withLock { $0.append("\(slot.outputWidth)x\(slot.outputHeight)") }
                return SizedFile(slot) { isRight in rights.withLock { $0.append(isRight) } }
            }
        }
        let live = OutputLane("picture", needsPicture: true, policy: .wait) { slot in
            PictureOutput(picture, every: .zero, classes: .camvid, first: slot)
        }
        let camera = ChangingCamera(sizes)
        let pipeline = FramePipeline(
            source: camera, models: ModelSlot(ClockedSegmenter()), lanes: [lane, live], options: .init(pace: .live))
        camera.labeled.withLock { $0 = { pipeline.statistics.figures(at: .zero).frames } }
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        #expect(made.withLock { $0 } == ["16x12", "32x12", "16x12"])
        #expect(rights.withLock { $0 } == Array(repeating: true, count: 6))
        #expect(live.report().written == 6 && live.report().problem == nil, "\(live.report())")
        #expect(try ImageFile.readRGB(picture).width == 16)
    }
}
