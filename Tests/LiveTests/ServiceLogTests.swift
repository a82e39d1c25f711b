import Foundation
import Live
import Logging
import Synchronization
import Testing
import Threads

@Suite struct ServiceLogTests {
    /// The lines that a log writes.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test func theJournalGetsPriorities() {
        let lines = Lines()
        let logger = ServiceLog(isJournal: true) { lines.add($0) }.logger()
        logger.info("started")
        logger.warning("lost", metadata: ["retry_in": "1s"])
        logger.error("two\nlines")
        #expect(lines.all == ["<6>started\n", "<4>lost retry_in=1s\n", "<3>two lines\n"])
    }

    /// What a camera's address or a server says must not look like another line, of another priority.
    @Test func aMessageIsOneLineWhateverItsLineEnds() {
        let lines = Lines()
        let logger = ServiceLog(isJournal: true) { lines.add($0) }.logger()
        for end in ["\n", "\r\n", "\r", "\n\r", "\r\r\n", "\u{85}", "\u{2028}", "\u{b}", "\u{c}"] {
            logger.warning("\(end.unicodeScalars.map(\.value)): lost\(end)<3>forged", metadata: ["by": "a\(end)<3>b"])
        }
        #expect(lines.all.count == 9)
        for line in lines.all {
            #expect(line.unicodeScalars.dropLast().allSatisfy { !Character($0).isNewline }, "\(line.debugDescription)")
        }
    }

    @Test(arguments: [5, 20_000]) func whoStopsReadingHoldsNobodyUp(length: Int) throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let stream = LogStream(ends[1], patience: .milliseconds(1))
        let line = String(repeating: "x", count: length - 1) + "\n"
        // A pipe holds 64 KB at most, unless it was given more.
        let most = 200 << 10
        for _ in 0..<most / length { stream.write(line) }
        var buffer = [UInt8](repeating: 0, count: most)
        let held = read(ends[0], &buffer, buffer.count)
        #expect(held > 0 && held < most)
        stream.write("again\n")
        stream.write("and again\n")
        let count = read(ends[0], &buffer, buffer.count)
        let text = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        let wanted = /\n?[1-9]\d* lines of the log are lost: nobody took them\nagain\nand again\n/
        #expect(text.wholeMatch(of: wanted) != nil, "\(text)")
    }

    /// A terminal takes less of a line than it seems ready for.
    @Test(arguments: [100, 300]) func aTerminalThatNobodyReadsHoldsNobodyUp(length: Int) throws {
        // TIOCSPTLCK and TIOCGPTPEER: macros that Swift does not see.
        let (unlock, openOther): (UInt, UInt) = (0x4004_5431, 0x5441)
        let reader = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var isLocked: Int32 = 0
        try #require(ioctl(reader, unlock, &isLocked) == 0)
        let terminal = ioctl(reader, openOther, O_RDWR | O_NOCTTY)
        try #require(isatty(terminal) == 1)
        let stream = LogStream(terminal, patience: .milliseconds(1))
        let line = String(repeating: "x", count: length - 1) + "\n"
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            for _ in 0..<(200 << 10) / length { stream.write(line) }
            end.signal()
        }
        #expect(end.wait(timeout: .now() + 30) == .success)
        // Ends a write that waits.
        close(reader)
        close(terminal)
    }

    @Test func aClosedPipeIsNoReasonToWait() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        signal(SIGPIPE, SIG_IGN)
        close(ends[0])
        LogStream(ends[1], patience: .seconds(3600)).write("gone\n")
        close(ends[1])
    }

    @Test func onlyTheJournalsOwnStreamIsTakenForTheJournal() {
        var entry = stat()
        #expect(fstat(STDERR_FILENO, &entry) == 0)
        #expect(ServiceLog.journalReads(STDERR_FILENO, stream: "\(entry.st_dev):\(entry.st_ino)"))
        #expect(!ServiceLog.journalReads(STDERR_FILENO, stream: "\(entry.st_dev):\(entry.st_ino + 1)"))
        #expect(!ServiceLog.journalReads(STDERR_FILENO, stream: nil))
    }

    @Test func peopleGetTheTimeAndRepeatsAreHeldBack() {
        let lines = Lines()
        let log = ServiceLog(isJournal: false) { lines.add($0) }
        let logger = log.logger()
        for _ in 0..<50 { logger.warning("lost", metadata: ["retry_in": "\(Int.random(in: 1...9))s"]) }
        #expect(lines.all.count == 1)
        #expect(lines.all[0].contains("warning: lost"))
        log.flush(at: MonotonicClock.now + .seconds(61))
        #expect(lines.all.count == 2)
        #expect(lines.all[1].contains("lost (49 more times)"))
    }

    @Test func theLevelCanChange() {
        let lines = Lines()
        let log = ServiceLog(level: .warning, isJournal: false) { lines.add($0) }
        let logger = log.logger()
        logger.info("quiet")
        log.setLevel(.debug)
        logger.debug("loud")
        #expect(lines.all.count == 1)
        #expect(lines.all[0].contains("loud"))
    }
}
