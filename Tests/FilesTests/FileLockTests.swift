import Errors
import Files
import Glibc
import Synchronization
import TestSupport
import Testing
import Threads

@Suite struct FileLockTests {
    private let folder = try! TestFolder()

    @Test func onlyOneHoldsItAtATime() throws {
        let first = try FileLock(folder.file("lock"))
        let error = #expect(throws: CamberError.self) { _ = try FileLock(folder.file("lock"), patience: 0.01) }
        #expect(error?.code == .busy)
        first.release()
        try FileLock(folder.file("lock")).release()
    }

    @Test func whoDoesNotGetItClosesNobodyElsesFile() throws {
        let holder = try FileLock(folder.file("lock"))
        let isOver = StopSignal()
        let closed = Mutex(0)
        // Opens files all the time, whose numbers are those that others have just closed.
        let neighbour = NamedThread("neighbour") {
            while !isOver.isSet {
                let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
                for _ in 0..<20 where fcntl(file, F_GETFD) < 0 { closed.withLock { $0 += 1 } }
                close(file)
            }
        }
        for _ in 0..<20_000 { #expect(throws: CamberError.self) { _ = try FileLock(folder.file("lock")) } }
        isOver.set()
        neighbour.wait()
        holder.release()
        #expect(closed.withLock { $0 } == 0)
    }

    @Test func aHolderThatIsGoneHoldsNothing() throws {
        _ = try FileLock(folder.file("lock"))
        try FileLock(folder.file("lock")).release()
    }

    @Test func aLockSaysWhoHoldsIt() throws {
        #expect(FileLock.holder(of: folder.file("lock")) == "another process")
        let lock = try FileLock(folder.file("lock"))
        lock.sign()
        #expect(FileLock.holder(of: folder.file("lock")).wholeMatch(of: /process \d+/) != nil)
        lock.release()
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let error = #expect(throws: CamberError.self) { _ = try FileLock(folder.file("none/lock")) }
        #expect(error?.code == .missing && error?.problem.contains(folder.file("none")) == true)
    }
}
