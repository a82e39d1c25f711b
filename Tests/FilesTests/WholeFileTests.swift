import Errors
import Files
import Foundation
import TestSupport
import Testing

@Suite struct WholeFileTests {
    private let folder = try! TestFolder()

    @Test func whatIsWrittenIsRead() throws {
        for bytes in [[], [7], [UInt8](repeating: 9, count: 300_000)] as [[UInt8]] {
            try WholeFile.write(bytes, to: folder.file("a"))
            #expect(try WholeFile.read(folder.file("a"), atMost: bytes.count) == bytes)
            #expect(try folder.names == ["a"])
        }
    }

    @Test(arguments: [String(repeating: "n", count: 255), String(repeating: "ä", count: 127), ".hidden", "a b"])
    func everyNameThatAFileSystemTakesIsTaken(name: String) throws {
        try WholeFile.write([1], to: folder.file(name), sync: false)
        #expect(try folder.names == [name])
    }

    @Test func aWriteThatFailsLeavesWhatWasThereAndNothingElse() throws {
        let target = folder.file("a")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        let error = #expect(throws: CamberError.self) { try WholeFile.write([1, 2], to: target) }
        #expect(error?.problem.contains(target) == true)
        #expect(try folder.names == ["a"])
    }

    @Test func aFileThatIsMissingIsOneByItsCode() {
        let error = #expect(throws: CamberError.self) { _ = try WholeFile.read(folder.file("b"), atMost: 10) }
        #expect(error?.code == .missing)
    }

    @Test func largerFilesThanTheLimitAreRefused() throws {
        try WholeFile.write([1, 2, 3], to: folder.file("a"))
        let error = #expect(throws: CamberError.self) { _ = try WholeFile.read(folder.file("a"), atMost: 2) }
        #expect(error?.code == .invalid)
    }

    @Test(.timeLimit(.minutes(1)))
    func pipesAndFoldersAreRefusedAtOnce() {
        mkfifo(folder.file("pipe"), 0o600)
        for path in [folder.file("pipe"), folder.file(""), "/dev/zero"] {
            let error = #expect(throws: CamberError.self) { _ = try WholeFile.read(path, atMost: 10) }
            #expect(error?.problem.contains("not a file") == true)
        }
    }

    @Test func leftoversAreKnownByTheirName() {
        let name = URL(fileURLWithPath: TemporaryFile.path(for: folder.file("a.png"))).lastPathComponent
        #expect(TemporaryFile.isTemporary(name) && name.hasPrefix(".a.png."))
        #expect(!TemporaryFile.isTemporary("a.png") && !TemporaryFile.isTemporary("a.partial.mp4"))
        #expect(TemporaryFile.isTemporary(name, of: "a.png") && !TemporaryFile.isTemporary(name, of: "a"))
        #expect(!TemporaryFile.isTemporary(".a.png", of: "a.png"))
        let long = String(repeating: "n", count: 250)
        #expect(TemporaryFile.isTemporary(String(TemporaryFile.path(for: "/x/\(long)").dropFirst(3)), of: long))
    }

    @Test func aPipeIsNotReplaced() throws {
        let folder = try! TestFolder()
        let path = folder.file("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: CamberError.self) { try WholeFile.write([1, 2, 3], to: path) }
        var entry = stat()
        #expect(lstat(path, &entry) == 0 && entry.st_mode & S_IFMT == S_IFIFO)
        #expect(try folder.names == ["pipe"], "nothing is left beside it")
    }
}
