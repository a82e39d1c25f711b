import Configuration
import Foundation
import Live
import Status
import Synchronization
import TestSupport
import Testing
import Threads
import Video

/// Events of a source that the test reads frame by frame, recorded by a clock that it sets.
@Suite final class EventRecorderTests: Sendable {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }
    private let clock = ManualClock()
    private let told = Mutex<[EventRecorder.Event]>([])

    init() throws {
        try MediaTool.makeVideo(
            temporary.file("drive.mp4"), frames: 200, options: ["-g", "10", "-sc_threshold", "0", "-bf", "0", "-c:v", "libx264"])
    }

    /// A recorder beside a source that is read by the test; 0.1 s a frame.
    private struct Drive {
        let recorder: EventRecorder
        let ring: PacketRing
        private let source: VideoSource
        private let frame = VideoFrame()
        private let clock: ManualClock

        init(_ path: String, _ recorder: EventRecorder, _ ring: PacketRing, _ clock: ManualClock) throws {
            (self.recorder, self.ring, self.clock) = (recorder, ring, clock)
            var options = VideoSource.Options()
            options.tap = PacketTap([ring])
            source = try VideoSource(path, options: options)
        }

        /// Of the last event; empty before the first.
        var lastFile: String { recorder.report().last?.files.first ?? "" }

        func read(_ frames: Int) throws {
            for _ in 0..<frames {
                _ = try source.read(into: frame)
                clock.advance(by: .milliseconds(100))
                recorder.step()
            }
        }
    }

    /// Seconds in which nothing comes.
    private func pass(_ seconds: Int, _ recorder: EventRecorder) {
        for _ in 0..<seconds {
            clock.advance(by: .seconds(1))
            recorder.step()
        }
    }

    private func drive(
        before: Int = 2, after: Int = 3, bytes: Int = 10_000_000, limits: RecordingLimits = .init(),
        surroundings: RecordingSurroundings = .system
    ) throws -> Drive {
        let ring = PacketRing(seconds: Double(before), bytes: bytes)
        let settings = EventRecorder.Settings(
            file: folder + "/front.mp4", before: .seconds(before), after: .seconds(after), limits: limits)
        let recorder = EventRecorder("event-1", settings, ring: ring, clock: clock, surroundings: surroundings) { [self] event in
            told.withLock { $0.append(event) }
        }
        return try Drive(folder + "/drive.mp4", recorder, ring, clock)
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("front") }.sorted()
    }

    /// The places in the drive of a file's packets; they must be its own, one after the other.
    private func places(_ file: String) throws -> ClosedRange<Int>? {
        let (own, kept) = (try MediaTool.packets(folder + "/drive.mp4"), try MediaTool.packets(file))
        guard let first = kept.first, let start = own.firstIndex(of: first), start + kept.count <= own.count else { return nil }
        return Array(own[start..<start + kept.count]) == kept ? start...start + kept.count - 1 : nil
    }

    /// Packets come in the order of decoding: those that are shown before the last one may follow it.
    @Test(arguments: 60..<64)
    func nothingIsMissingBeforeTheLastPicture(mark: Int) throws {
        try MediaTool.makeVideo(
            temporary.file("drive.mp4"), frames: 140,
            options: ["-g", "20", "-sc_threshold", "0", "-bf", "3", "-b_strategy", "0", "-c:v", "libx264"])
        let drive = try drive()
        try drive.read(mark)
        drive.recorder.mark(.command)
        try drive.read(60)
        let times = try MediaTool.probe(drive.lastFile, "frame=pts_time").compactMap(Double.init)
        #expect(times.count >= 50 && zip(times.dropFirst(), times).allSatisfy { abs($0 - $1 - 0.1) < 0.002 }, "\(times)")
    }

    @Test func whatLiesAroundAMarkIsKeptAndNothingElse() throws {
        let drive = try drive()
        try drive.read(85)
        #expect(try files().isEmpty)
        drive.recorder.mark(.command)
        try drive.read(20)
        #expect(drive.recorder.report().recording != nil && drive.recorder.report().kept == 0)
        let written = try files()
        #expect(written.count == 1 && written[0].contains(".partial"), "\(written)")
        try drive.read(60)
        let report = drive.recorder.report()
        #expect(report.kept == 1 && report.problem == nil && report.recording == nil)
        let last = try #require(report.last)
        #expect(last.marks == ["camber mark"] && last.files.count == 1)
        #expect(try files() == [URL(fileURLWithPath: last.files[0]).lastPathComponent])
        let places = try #require(try places(last.files[0]))
        // Frame 84 was the last when it was marked: from the key frame before 64 on, to 114.
        #expect(places == 60...114, "\(places)")
        #expect(abs(last.seconds - 5.4) < 0.01)
        #expect(try MediaTool.probe(last.files[0], "stream=nb_read_frames", ["-count_frames"]) == ["55"])
        #expect(told.withLock { $0.count } == 2)
    }

    @Test func marksThatOverlapAreOneEvent() throws {
        let drive = try drive()
        try drive.read(50)
        drive.recorder.mark(.signal)
        try drive.read(25)
        drive.recorder.mark(.share(of: "pedestrian"))
        drive.recorder.mark(.signal)
        try drive.read(100)
        let report = drive.recorder.report()
        #expect(report.kept == 1 && report.last?.marks == ["SIGUSR2", "pedestrian"], "\(report)")
        let places = try places(drive.lastFile)
        #expect(places == 20...104, "\(String(describing: places))")
    }

    @Test func marksThatLieApartAreEventsOfTheirOwn() throws {
        let drive = try drive()
        for _ in 0..<2 {
            try drive.read(50)
            drive.recorder.mark(.signal)
            try drive.read(50)
        }
        #expect(drive.recorder.report().kept == 2)
        #expect(try files().count == 2)
    }

    @Test func aFolderThatIsRemovedIsMadeForTheNextEvent() throws {
        let own = "\(folder)/events"
        let ring = PacketRing(seconds: 2, bytes: 10_000_000)
        let recorder = EventRecorder(
            "event-2", .init(file: own + "/front.mp4", before: .seconds(2), after: .seconds(3)), ring: ring, clock: clock)
        let other = try Drive(folder + "/drive.mp4", recorder, ring, clock)
        for number in 1...2 {
            try other.read(50)
            recorder.mark(.command)
            try other.read(45)
            #expect(recorder.report().kept == number && recorder.report().problem == nil, "\(recorder.report())")
            try FileManager.default.removeItem(atPath: own)
        }
    }

    @Test func theEndOfTheSourceIsTheEndOfTheEvent() throws {
        let drive = try drive(after: 60)
        try drive.read(190)
        drive.recorder.mark(.command)
        try drive.read(20)
        drive.recorder.step(isLast: true)
        #expect(drive.recorder.report().kept == 1)
        let places = try places(drive.lastFile)
        #expect(places == 160...199, "\(String(describing: places))")
    }

    @Test func aSourceThatStallsDoesNotKeepTheFileOpen() throws {
        let drive = try drive()
        try drive.read(50)
        drive.recorder.mark(.command)
        drive.recorder.step()
        clock.advance(by: .seconds(4))
        drive.recorder.step()
        #expect(drive.recorder.report().recording != nil)
        clock.advance(by: .seconds(5))
        drive.recorder.step()
        #expect(drive.recorder.report().kept == 1 && drive.recorder.report().recording == nil)
        let places = try places(drive.lastFile)
        #expect(places == 20...49, "\(String(describing: places))")
    }

    /// What the camera showed before it went away would pass for the time of the mark.
    @Test func aMarkWhileTheCameraIsAwayKeepsNothingOfLongBefore() throws {
        let drive = try drive()
        try drive.read(50)
        pass(40, drive.recorder)
        drive.recorder.mark(.command)
        pass(20, drive.recorder)
        #expect(drive.recorder.report().kept == 0 && drive.recorder.report().problem?.contains("no key frame") == true)
        #expect(try files().isEmpty)
    }

    @Test func aMarkShortlyAfterItWentAwayKeepsItsLastSeconds() throws {
        let drive = try drive(before: 4)
        try drive.read(90)
        clock.advance(by: .seconds(2))
        drive.recorder.step()
        drive.recorder.mark(.command)
        pass(20, drive.recorder)
        // Frame 89 was the last; it was marked two seconds later.
        let places = try places(drive.lastFile)
        #expect(places == 60...89, "\(String(describing: places))")
    }

    @Test func aMarkBeforeTheFirstFrameKeepsWhatComes() throws {
        let drive = try drive()
        drive.recorder.mark(.command)
        try drive.read(60)
        let places = try places(drive.lastFile)
        #expect(places == 0...30, "\(String(describing: places))")
    }

    @Test func aMarkOfWhichNothingCameIsSaidAndDoesNotLast() throws {
        let drive = try drive()
        drive.recorder.mark(.command)
        drive.recorder.step(isLast: true)
        #expect(drive.recorder.report().kept == 0)
        #expect(drive.recorder.report().problem?.contains("no key frame") == true)
        try drive.read(20)
        drive.recorder.mark(.command)
        try drive.read(60)
        #expect(drive.recorder.report().kept == 1 && drive.recorder.report().problem == nil)
    }

    @Test func tooLittleMemoryIsToldOnce() throws {
        let drive = try drive(bytes: 20_000)
        try drive.read(100)
        drive.recorder.mark(.command)
        try drive.read(60)
        let short = told.withLock { $0.filter { if case .short = $0 { true } else { false } } }
        #expect(short.count == 1)
        // It still goes on as it should, from a key frame on.
        let places = try #require(try places(drive.lastFile))
        #expect(places.lowerBound % 10 == 0 && places.lowerBound > 80 && places.upperBound == 129, "\(places)")
    }

    @Test func thePowerCutsFileGetsItsNameAtTheNextStart() throws {
        let cut = try drive()
        try cut.read(50)
        cut.recorder.mark(.command)
        try cut.read(15)
        let names = try files()
        let partial = folder + "/" + names[0]
        // Its writer holds a lock on it, which a power cut would have ended.
        let left = folder + "/front-20200101-101010.partial.mp4"
        try FileManager.default.copyItem(atPath: partial, toPath: left)
        let next = try drive()
        next.recorder.start()
        #expect(eventually { FileManager.default.fileExists(atPath: folder + "/front-20200101-101010.mp4") })
        next.recorder.stop()
        #expect(next.recorder.wait(until: MonotonicClock.now + .seconds(20)))
        let places = try #require(try places(folder + "/front-20200101-101010.mp4"))
        #expect(places.lowerBound == 20 && places.upperBound >= 55, "\(places)")
        #expect(try files().contains(URL(fileURLWithPath: partial).lastPathComponent), "the other one still writes it")
    }

    @Test func onlyTheNewestEventsStay() throws {
        let drive = try drive(before: 1, after: 1, limits: .init(size: 120_000))
        for _ in 0..<9 {
            try drive.read(12)
            drive.recorder.mark(.command)
            try drive.read(10)
        }
        let left = try files()
        let bytes = try left.reduce(0) {
            $0 + (try FileManager.default.attributesOfItem(atPath: "\(folder)/\($1)")[.size] as! Int)
        }
        #expect(drive.recorder.report().kept >= 7)
        #expect(bytes <= 160_000 && (1..<7).contains(left.count), "\(bytes), \(left)")
    }

    @Test func aFullDiskIsSaidAndTheNextMarkTriesAgain() throws {
        let free = Mutex(0)
        let surroundings = RecordingSurroundings(now: { 1_800_000_000 }, freeBytes: { _ in free.withLock { $0 } })
        let drive = try drive(limits: .init(keepFree: 1_000_000), surroundings: surroundings)
        try drive.read(30)
        drive.recorder.mark(.command)
        try drive.read(10)
        #expect(drive.recorder.report().problem?.contains("keep_free") == true)
        #expect(try files().isEmpty)
        free.withLock { $0 = 2_000_000_000 }
        drive.recorder.mark(.command)
        try drive.read(60)
        #expect(drive.recorder.report().kept == 1 && drive.recorder.report().problem == nil)
    }

    @Test func whatAFullDiskHasCutGetsItsNameAtTheNextMark() throws {
        let drive = try drive()
        try drive.read(30)
        drive.recorder.mark(.command)
        try drive.read(15)
        let partial = try #require(try files().first)
        try FullDisk.put(under: folder + "/" + partial)
        try drive.read(20)
        #expect(drive.recorder.report().problem?.contains("No space") == true)
        #expect(try files() == [partial])
        drive.recorder.mark(.command)
        try drive.read(60)
        #expect(drive.recorder.report().kept == 1 && drive.recorder.report().problem == nil)
        let left = try files()
        #expect(left.count == 2 && !left.contains { $0.contains("partial") }, "\(left)")
    }
}
