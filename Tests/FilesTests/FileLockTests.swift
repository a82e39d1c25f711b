import Errors
import Files
import Testing

@Suite struct FileLockTests {
    private let folder = TestFolder()

    @Test func onlyOneHoldsItAtATime() throws {
        let first = try FileLock(folder.path("lock"))
        let error = #expect(throws: CamberError.self) { _ = try FileLock(folder.path("lock"), patience: 0.01) }
        #expect(error?.code == .busy)
        first.release()
        try FileLock(folder.path("lock")).release()
    }

    @Test func aHolderThatIsGoneHoldsNothing() throws {
        _ = try FileLock(folder.path("lock"))
        try FileLock(folder.path("lock")).release()
    }

    @Test func aLockSaysWhoHoldsIt() throws {
        #expect(FileLock.holder(of: folder.path("lock")) == "another process")
        let lock = try FileLock(folder.path("lock"))
        lock.sign()
        #expect(FileLock.holder(of: folder.path("lock")).wholeMatch(of: /process \d+/) != nil)
        lock.release()
    }

    @Test func aFolderThatIsNotThereIsNamed() {
        let error = #expect(throws: CamberError.self) { _ = try FileLock(folder.path("none/lock")) }
        #expect(error?.code == .missing && error?.problem.contains(folder.path("none")) == true)
    }
}
