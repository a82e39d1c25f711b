import Files
import Foundation
import TestSupport
import Testing

@Suite struct FolderNamesTests {
    private let folder = try! TestFolder()

    @Test func allNamesAreThereWhateverTheirBytes() throws {
        let odd: [UInt8] = [0x61, 0xff, 0x62]
        for name in [Array(".hidden".utf8), Array("ü.png".utf8), odd] {
            let path = Array((folder.path + "/").utf8) + name + [0]
            let file = path.withUnsafeBytes {
                open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o600)
            }
            try #require(file >= 0)
            close(file)
        }
        let names = try #require(FolderNames.bytes(in: folder.path))
        #expect(names.count == 3 && names.contains(odd) && names.contains(Array("ü.png".utf8)))
        #expect(FolderNames.text(in: folder.path)?.sorted() == [".hidden", "a\u{fffd}b", "ü.png"])
    }

    @Test func whyThereAreNoneIsSaid() {
        let names = FolderNames.bytes(in: folder.file("none"))
        let number = errno
        #expect(names == nil && number == ENOENT)
        #expect(FolderNames.text(in: folder.path) == [])
    }

    @Test func whatIsBelowIsFoundThroughALinkAndWithoutFollowingOthers() throws {
        try FileManager.default.createDirectory(atPath: folder.file("real/b/c"), withIntermediateDirectories: true)
        try folder.write([1], to: "real/b/c/file")
        try folder.write([1], to: "real/a")
        for (link, target) in [("link", "real"), ("real/up", "..")] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(link), withDestinationPath: target)
        }
        let all = ["a", "b", "b/c", "b/c/file", "up"]
        #expect(FolderNames.below(folder.file("real")) == all && FolderNames.below(folder.file("link")) == all)
        let none = FolderNames.below(folder.file("none"))
        let number = errno
        #expect(none == nil && number == ENOENT)
    }
}
