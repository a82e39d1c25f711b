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
