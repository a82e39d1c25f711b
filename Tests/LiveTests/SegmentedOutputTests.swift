import Configuration
import Foundation
import Live
import RoadScenes
import Synchronization
import TestSupport
import Testing
import Threads
import Video

/// Recordings of a camera that are kept within limits, by a clock and a disk that the test makes.
@Suite final class SegmentedOutputTests {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }

    /// A file that grows by as many bytes a frame.
    private final class GrowingFile: FrameOutput {
        private let path: String
        private let step: Int
        private let files: FileTimes
        private(set) var writtenBytes = 0

        init(_ path: String, step: Int, files: FileTimes) {
            (self.path, self.step, self.files) = (path, step, files)
            _ = FileManager.default.createFile(atPath: partial, contents: nil)
        }

        private var partial: String { PartialFile.path(for: path) }

        var isGone: Bool { PartialFile.isGone(partial) }

        func write(_ slot: FrameSlot) {
            writtenBytes += step
            truncate(partial, off_t(writtenBytes))
        }

        func close() {
            rename(partial, path)
            files.stamp(path)
        }
    }

    /// Wall-clock time and free space as the test wants them.
    private final class FileTimes: Sendable {
        private let state = Mutex((now: 1_800_000_000.0, disk: Int.max))
        private let folder: String

        init(_ folder: String) { self.folder = folder }

        var now: Double {
            get { state.withLock { $0.now } }
            set { state.withLock { $0.now = newValue } }
        }
        /// Units: bytes that the disk has for these files and others.
        var disk: Int {
            get { state.withLock { $0.disk } }
            set { state.withLock { $0.disk = newValue } }
        }
        var free: Int { disk - used }
        var used: Int {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.reduce(0) { sum, name in
                var status = stat()
                return stat("\(folder)/\(name)", &status) == 0 ? sum + Int(status.st_size) : sum
            }
        }
        /// How many files the disk takes in all.
        let most = Mutex(Int.max)
        /// Units: bytes that one file may have.
        let largestFile = Mutex<Int?>(nil)
        let tellsAges = Mutex(true)
        var freeFiles: Int { most.withLock { $0 } - ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count }
        var surroundings: RecordingSurroundings {
            .init(
                now: { self.now }, freeBytes: { _ in self.free }, freeFiles: { _ in self.freeFiles },
                largestFile: { _ in self.largestFile.withLock { $0 } }, tellsAges: { self.tellsAges.withLock { $0 } })
        }

        /// The file system would take the machine's own time.
        func stamp(_ path: String) {
            let times = [timespec(tv_sec: time_t(now), tv_nsec: 0), timespec(tv_sec: time_t(now), tv_nsec: 0)]
            utimensat(AT_FDCWD, path, times, 0)
        }
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

    private func bytes() throws -> Int {
        try names().reduce(0) { $0 + (try FileManager.default.attributesOfItem(atPath: "\(folder)/\($1)")[.size] as! Int) }
    }

    /// Frames through a pipeline whose lane writes `output`; `step` is called before each with its number.
    private func record(
        frames: Int, files: FileTimes, limits: RecordingLimits, segment: Duration? = .seconds(60), bytesPerFrame: Int = 1000,
        secondsPerFrame: Double = 1, path: String? = nil, each: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> OutputLane {
        let clock = PassingClock()
        let path = path ?? "\(folder)/front.mp4"
        let lane = OutputLane("test", needsPicture: false, policy: .wait) { slot throws(LiveError) in
            try StampingOutput(
                SegmentedOutput(path, length: segment, limits: limits, surroundings: files.surroundings, first: slot) { name, _ in
                    GrowingFile(name, step: bytesPerFrame, files: files)
                }
            ) { index in
                each(index)
                files.now += secondsPerFrame
            }
        }
        let segmenter = ClockedSegmenter(duration: .milliseconds(Int(secondsPerFrame * 1000)), clock: clock)
        let pipeline = FramePipeline(
            source: CountingSource(frames: frames), models: ModelSlot(segmenter), lanes: [lane],
            options: .init(pace: .unpaced, readAhead: 1), clock: clock)
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        return lane
    }

    /// Whoever sleeps is there at once: every frame takes the same time, however busy the machine is.
    private final class PassingClock: PacingClock {
        private let time = Mutex(Duration.zero)

        var now: Duration { time.withLock { $0 } }

        func sleep(until deadline: Duration, unless stop: StopSignal) -> Bool {
            time.withLock { $0 = max($0, deadline) }
            return !stop.isSet
        }
    }

    /// Lets the wall clock go on between frames, on the lane's own thread.
    private final class StampingOutput: FrameOutput {
        private let inner: SegmentedOutput
        private let after: (Int) -> Void

        init(_ inner: SegmentedOutput, after: @escaping (Int) -> Void) { (self.inner, self.after) = (inner, after) }

        func write(_ slot: FrameSlot) throws(LiveError) {
            try inner.write(slot)
            after(slot.stamp.index)
        }

        func close() throws(LiveError) { try inner.close() }
    }

    @Test func aWeekNeverTakesMoreThanItsSizeAndEndsWithTheNewest() throws {
        let files = FileTimes(folder)
        let most = Mutex(0)
        let limit = 400_000
        // A frame stands for 20 minutes: 504 are a week.
        let lane = record(
            frames: 504, files: files, limits: .init(size: limit), segment: .seconds(3600), bytesPerFrame: 10_000,
            secondsPerFrame: 1200
        ) { _ in most.withLock { $0 = max($0, files.used) } }
        #expect(lane.report().written == 504 && lane.report().dropped == 0)
        let peak = most.withLock { $0 }
        #expect(peak <= limit && peak > limit / 2, "\(peak)")
        #expect(try names().count >= 8)
        let last = try #require(try names().last)
        #expect(last >= stampedName(Int(files.now) - 3 * 3600))
    }

    private func stampedName(_ seconds: Int) -> String {
        var (time, parts) = (time_t(seconds), tm())
        localtime_r(&time, &parts)
        return "front-"
            + String(
                format: "%04d%02d%02d-%02d%02d%02d.mp4", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec)
    }

    @Test func filesOlderThanTheAgeGo() throws {
        let files = FileTimes(folder)
        _ = record(frames: 600, files: files, limits: .init(age: .seconds(200)))
        let now = files.now
        let oldest = try names().map {
            try FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.modificationDate] as! Date
        }
        .min()
        #expect(try names().count >= 3)
        #expect(try #require(oldest).timeIntervalSince1970 >= now - 262)
    }

    @Test func nothingGoesByItsAgeWhileTheClockIsDoubted() throws {
        let files = FileTimes(folder)
        _ = record(frames: 300, files: files, limits: .init())
        let before = try names()
        files.now += 600_000_000
        files.tellsAges.withLock { $0 = false }
        _ = record(frames: 60, files: files, limits: .init(age: .seconds(200)))
        #expect(Set(try names()).isSuperset(of: before) && before.count == 5)
    }

    /// A card's FAT takes no file of 4 GB.
    @Test(arguments: [nil, Duration.seconds(3600)]) func aFileEndsBeforeItsDiskTakesNoMore(segment: Duration?) throws {
        let files = FileTimes(folder)
        files.largestFile.withLock { $0 = 64_000 }
        let lane = record(frames: 300, files: files, limits: .init(), segment: segment)
        #expect(lane.report().written == 300 && lane.report().problem == nil)
        let sizes = try names().map { try FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.size] as! Int }
        #expect(sizes.reduce(0, +) == 300_000 && sizes.count == 5 && sizes.allSatisfy { $0 <= 64_000 }, "\(sizes)")
    }

    @Test func aRecordingWithoutATimeHoldsUpNoneBehindIt() throws {
        let files = FileTimes(folder)
        files.now = 100
        _ = record(frames: 60, files: files, limits: .init())
        let unset = Set(try names())
        files.now = 1_800_000_000
        _ = record(frames: 600, files: files, limits: .init(age: .seconds(200)))
        let left = Set(try names())
        #expect(!unset.isEmpty && left.isSuperset(of: unset))
        #expect((3...6).contains(left.subtracting(unset).count), "\(left.sorted())")
    }

    @Test func whatAClockThatWasAheadHasStampedGoesFirst() throws {
        let files = FileTimes(folder)
        files.now = 2_000_000_000
        _ = record(frames: 120, files: files, limits: .init())
        let ahead = Set(try names())
        files.now = 1_800_000_000
        _ = record(frames: 120, files: files, limits: .init())
        let good = Set(try names()).subtracting(ahead)
        _ = record(frames: 60, files: files, limits: .init(size: 260_000))
        let left = Set(try names())
        #expect(ahead.count == 2 && good.count == 2 && left.isSuperset(of: good), "\(left.sorted())")
        #expect(left.intersection(ahead).count < 2, "\(left.sorted())")
    }

    @Test func aClockThatHasNotBeenSetRemovesNothingByAge() throws {
        let files = FileTimes(folder)
        files.now = 100
        _ = record(frames: 300, files: files, limits: .init(age: .seconds(60)))
        let before = try names()
        #expect(before.count >= 4)
        files.now = 1_800_000_000
        _ = record(frames: 60, files: files, limits: .init(age: .seconds(3600)))
        #expect(Set(try names()).isSuperset(of: before), "recorded before the clock was set, and perhaps a minute ago")
    }

    @Test func aFileThatIsRemovedWhileItIsWrittenIsTold() {
        let lane = record(frames: 20, files: FileTimes(folder), limits: .init()) { [folder] index in
            if index == 3 { try? FileManager.default.removeItem(atPath: folder) }
        }
        #expect(lane.report().problem?.contains("front-") == true)
        #expect(lane.report().problem?.contains("was removed") == true && lane.report().written < 8)
    }

    @Test func aFolderThatGetsNoPictureGoes() throws {
        let masks = folder + "/masks/20261127-101010/"
        let lane = OutputLane("test", needsPicture: false, policy: .wait) { slot throws(LiveError) in
            try MaskFolderOutput(masks, classes: .camvid, first: slot).close()
            throw LiveError("No room.")
        }
        let pipeline = FramePipeline(
            source: CountingSource(frames: 2), models: ModelSlot(ClockedSegmenter()), lanes: [lane],
            options: .init(pace: .unpaced))
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/masks").isEmpty)
    }

    @Test func theDiskKeepsItsRoom() throws {
        let files = FileTimes(folder)
        files.disk = 1_000_000
        let least = Mutex(Int.max)
        let lane = record(frames: 600, files: files, limits: .init(keepFree: 800_000)) { _ in
            least.withLock { $0 = min($0, files.free) }
        }
        #expect(lane.report().dropped == 0)
        #expect(least.withLock { $0 } >= 800_000)
        #expect(try bytes() > 30_000)
    }

    @Test func whereOthersFillTheDiskTheNewestStaysAndTheOutputSaysSo() throws {
        let files = FileTimes(folder)
        _ = record(frames: 60, files: files, limits: .init())
        files.disk = files.used + 10
        let lane = record(frames: 60, files: files, limits: .init(keepFree: 1000))
        #expect(lane.report().problem?.contains("keep_free") == true)
        #expect(try names().count == 1)
    }

    /// A disk may have bytes left, and no room for another file.
    @Test(arguments: [Int?.none, 1000]) func theOldestGoesWhereTheDiskTakesNoMoreFiles(keepFree: Int?) throws {
        let files = FileTimes(folder)
        files.disk = 1_000_000_000
        let old = "\(folder)/front-20200101-101010.mp4"
        for path in [old, "\(folder)/front-20210101-101010.mp4", "\(folder)/notes"] {
            try Data(count: 5000).write(to: URL(fileURLWithPath: path))
        }
        files.most.withLock { $0 = 3 }
        let clock = PassingClock()
        let limits = RecordingLimits(keepFree: keepFree)
        let lane = OutputLane("test", needsPicture: false, policy: .wait) { [folder] slot throws(LiveError) in
            try SegmentedOutput(
                "\(folder)/front.mp4", length: .seconds(60), limits: limits, surroundings: files.surroundings, first: slot
            ) { name, _ throws(LiveError) in
                if files.freeFiles < 1 { throw LiveError("No room for another file.") }
                return GrowingFile(name, step: 10, files: files)
            }
        }
        let pipeline = FramePipeline(
            source: CountingSource(frames: 1), models: ModelSlot(ClockedSegmenter(clock: clock)), lanes: [lane],
            options: .init(pace: .unpaced, readAhead: 1), clock: clock)
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        #expect(lane.report().written == (keepFree == nil ? 0 : 1))
        #expect((access(old, F_OK) == 0) == (keepFree == nil))
        #expect(try names().count >= 3 - (keepFree == nil ? 0 : 1) && names().contains("notes"))
    }

    @Test func nothingButItsOwnFilesIsTouched() throws {
        let others = [
            "front.mp4", "front-left-20261127-101010.mp4", "front-20261127.mp4", "front-20261127-101010.txt", "notes",
            "front-2026112x-101010.mp4",
        ]
        for name in others { try Data(count: 5000).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        try Data(count: 5000).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-101010.mp4"))
        try Data(count: 5000).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-101010-2.mp4"))
        _ = record(frames: 60, files: FileTimes(folder), limits: .init(size: 4000), bytesPerFrame: 10)
        let left = try names()
        #expect(others.allSatisfy(left.contains))
        #expect(!left.contains { $0.hasPrefix("front-20200101") })
    }

    @Test func filesAsShortAsALookKeepTheLimitAndSoDoesANewStart() {
        let files = FileTimes(folder)
        let most = Mutex(0)
        for _ in 0..<3 {
            _ = record(
                frames: 130, files: files, limits: .init(size: 20_000), segment: .seconds(1), bytesPerFrame: 300,
                secondsPerFrame: 0.25
            ) { _ in most.withLock { $0 = max($0, files.used) } }
        }
        #expect((15_000...20_000).contains(most.withLock { $0 }), "\(most.withLock { $0 })")
    }

    @Test func whatAPowerCutHasLeftGetsItsNameAndCounts() throws {
        try Data(count: 5000).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-101010.partial.mp4"))
        try Data().write(to: URL(fileURLWithPath: "\(folder)/front-20200101-111111.partial.mp4"))
        try Data(count: 7).write(to: URL(fileURLWithPath: "\(folder)/rear-20200101-111111.partial.mp4"))
        // It had begun, and had no frame yet.
        try Data(count: 600).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-121212.partial.mp4"))
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-121212.mp4.partial.jsonl"))
        // A sidecar goes the way of its recording, whatever their numbers.
        try Data(count: 5000).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-131313.partial.mp4"))
        try Data().write(to: URL(fileURLWithPath: "\(folder)/front-20200101-131313.partial-2.mp4"))
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-131313.mp4.partial.jsonl"))
        try Data("[]\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/front-20200101-131313.mp4.partial-2.jsonl"))
        _ = record(frames: 2, files: FileTimes(folder), limits: .init())
        let left = try names()
        #expect(try String(contentsOfFile: "\(folder)/front-20200101-131313.mp4.jsonl", encoding: .utf8) == "{}\n")
        #expect(
            left.contains("front-20200101-131313.mp4") && left.contains("front-20200101-101010.mp4")
                && left.contains("rear-20200101-111111.partial.mp4"))
        #expect(!left.contains { $0.hasPrefix("front") && $0.contains("partial") })
        #expect(!left.contains { $0.hasPrefix("front-20200101-12") || $0.hasPrefix("front-20200101-11") })
    }

    @Test func foldersOfPicturesAreFoldersOfTheirOwn() throws {
        let output = Configuration.Output(kind: .masks, file: folder + "/masks/", segment: nil, every: .seconds(1))
        for _ in 0..<2 {
            #expect(reportOfThreeFrames(through: output).problem == nil)
        }
        let runs = try FileManager.default.contentsOfDirectory(atPath: folder + "/masks")
        #expect(runs.count == 2)
        for run in runs {
            // An output that is busy misses frames.
            let names = Set(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/masks/\(run)"))
            #expect(names.contains("classes.yaml") && names.count > 1, "\(names)")
            #expect(names.isSubset(of: ["000000.png", "000001.png", "000002.png", "classes.yaml"]), "\(names)")
        }
    }
}
