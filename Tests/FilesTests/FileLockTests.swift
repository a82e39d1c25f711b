import Errors
import Files
import TestSupport
import Testing

@Suite struct FileLockTests {
    private let folder = try! TestFolder()

    @Test func onlyOneHoldsItAtATime() throws {
        let first = try FileLock(folder.file("lock"))
        let error = #expect(throws: CamberError.self) { _ = try FileLock(folder.file("lock"), patience: 0.01) }
        #expect(error?.code == .busy)
        first.release()
        try FileLock(folder.file("lock")).release()
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
