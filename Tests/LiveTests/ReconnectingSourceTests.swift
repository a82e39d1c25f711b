import Live
import Synchronization
import Testing
import Threads
import Video

@Suite struct ReconnectingSourceTests {
    /// Sources handed out one after the other; nil fails to open.
    private final class Supply: Sendable {
        private let sources: Mutex<[CountingSource?]>
        init(_ sources: [CountingSource?]) { self.sources = Mutex(sources) }
        func open(_: Cancellation) throws(LiveError) -> any FrameSource {
            let next: CountingSource?? = sources.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let source = next ?? nil else { throw LiveError("refused") }
            return source
        }
    }

    private func retries(_ supply: Supply, attempts: Int) -> [Duration] {
        let clock = ManualClock()
        let waits = Mutex<[Duration]>([])
        let source = ReconnectingSource(
            policy: .forever(after: .milliseconds(500), atMost: .seconds(4)), clock: clock,
            observe: { if case .lost(_, let wait) = $0 { waits.withLock { $0.append(wait) } } }, open: supply.open)
        let thread = NamedThread("reader") { while (try? source.read()) == true {} }
        for _ in 0..<attempts where !clock.advanceToNextSleeper() { break }
        _ = eventually { waits.withLock { $0.count } > attempts }
        source.cancel()
        thread.wait(until: MonotonicClock.now + .seconds(5))
        return waits.withLock { $0 }
    }

    @Test func pausesDoubleUpToTheLimit() {
        let waits = retries(Supply([]), attempts: 5)
        #expect(waits.prefix(6) == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(4), .seconds(4)])
    }

    @Test func aFrameMakesThePausesShortAgain() {
        let waits = retries(Supply([nil, nil, CountingSource(frames: 2), nil]), attempts: 3)
        #expect(waits.prefix(4) == [.milliseconds(500), .seconds(1), .milliseconds(500), .seconds(1)])
    }

    @Test func framesAreCountedOnAcrossSources() throws {
        let supply = Supply([CountingSource(frames: 3), CountingSource(frames: 2, failure: LiveError("broken")), nil])
        let source = ReconnectingSource(policy: .forever(after: .milliseconds(1), atMost: .milliseconds(1)), open: supply.open)
        var indices: [Int] = []
        while indices.count < 5, try source.read() { indices.append(source.frame.index) }
        #expect(indices == [0, 1, 2, 3, 4])
        source.cancel()
        #expect(try !source.read())
        #expect(source.report(location: "x", lastFrameAge: nil, stallTimeout: .seconds(1)).state == .ended)
    }

    @Test func aRecordingRepeatsButAnEmptyOneEnds() throws {
        let supply = Supply([CountingSource(frames: 2), CountingSource(frames: 2), CountingSource(frames: 0)])
        let source = ReconnectingSource(policy: .repeats, open: supply.open)
        var count = 0
        while try source.read() { count += 1 }
        #expect(count == 4)
    }

    /// Also one of a single picture, which would come as fast as it can be read.
    @Test(arguments: [1, 3]) func aRoundBeginsWhenTheLastFrameIsOver(frames: Int) throws {
        let rounds = (0..<4).map { _ in CountingSource(frames: frames) } + [CountingSource(frames: 0)]
        let source = ReconnectingSource(policy: .repeats, open: Supply(rounds).open)
        var pace = SourcePace()
        var dues: [Duration] = []
        while try source.read() { dues.append(pace.deadline(of: source.frame.time.seconds, now: .zero)) }
        #expect(dues.map { Int(($0 / .milliseconds(100)).rounded()) } == Array(0..<4 * frames))
    }

    @Test func aRoundKeepsTheGapsBetweenFramesAndSurvivesAnyTime() throws {
        let rounds = [[5, 6, 9], [5, 6, 9], [.max], [.min, 0]].map { StampedSource($0.map { .init(ticks: $0) }) }
        let left = Mutex(rounds)
        let source = ReconnectingSource(policy: .repeats) { _ throws(LiveError) in
            guard let next = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw LiveError("over") }
            return next
        }
        var times: [Int64] = []
        for _ in 0..<9 where try source.read() { times.append(source.frame.time.value) }
        #expect(times.prefix(6) == [5, 6, 9, 10, 11, 14])
        #expect(times.count == 9)
    }

    @Test func anErrorEndsARecording() throws {
        let source = ReconnectingSource(
            policy: .once, open: Supply([CountingSource(frames: 1, failure: LiveError("broken"))]).open)
        #expect(try source.read())
        #expect(throws: LiveError.self) { try source.read() }
    }

    @Test func aSourceWithoutFramesCountsAsStalled() throws {
        let source = ReconnectingSource(policy: .once, open: Supply([CountingSource(frames: 5)]).open)
        #expect(source.report(location: "x", lastFrameAge: nil, stallTimeout: .seconds(1)).state == .opening)
        #expect(try source.read())
        #expect(source.report(location: "x", lastFrameAge: 0.2, stallTimeout: .seconds(1)).state == .running)
        #expect(source.report(location: "x", lastFrameAge: 1.2, stallTimeout: .seconds(1)).state == .stalled)
    }
}
