import Foundation
import TestSupport
import Testing
import Video

struct PartialFileTests {
    @Test func theContainersEndingStays() {
        #expect(PartialFile.path(for: "/a.b/c.mp4") == "/a.b/c.partial.mp4")
        #expect(PartialFile.path(for: "c.MKV", number: 3) == "c.partial-3.MKV")
        #expect(PartialFile.path(for: "/a.b/masks") == "/a.b/masks.partial")
        #expect(PartialFile.path(for: "/x/.hidden") == "/x/.hidden.partial")
    }

    @Test(arguments: ["x", "é", "👨‍👩‍👧"])
    func longNamesAreShortenedSoThatTheFileSystemTakesThem(letter: String) throws {
        let folder = try TestFolder()
        var stem = ""
        while stem.utf8.count + letter.utf8.count <= 251 { stem += letter }
        for number in [1, 2, 1000] {
            let path = PartialFile.path(for: folder.file(stem + ".mkv"), number: number)
            #expect(path.hasSuffix(".mkv") && path.contains(".partial"))
            #expect(FileManager.default.createFile(atPath: path, contents: nil), "\(path.utf8.count)")
        }
    }

    @Test func whatIsBeingWrittenIsNoLeftover() throws {
        let folder = try TestFolder()
        let path = folder.file("m.mkv")
        for name in ["m.partial.mkv", "m.partial-3.mkv", "m.partial-x.mkv", "n.partial.mkv"] { try folder.write([1], to: name) }
        let sink = try VideoSink(
            path, kind: .mask, width: 16, height: 16, timeBase: Rational(1, 25), frameRate: Rational(25, 1))
        #expect(sink.temporaryPath == folder.file("m.partial-2.mkv"))
        #expect(PartialFile.isBeingWritten(sink.temporaryPath))
        #expect(PartialFile.leftovers(of: path) == [folder.file("m.partial.mkv"), folder.file("m.partial-3.mkv")])
        try sink.append(GrayImage(width: 16, height: 16, filledWith: 3), at: Timestamp(0, Rational(1, 25)))
        #expect(try sink.leave() == folder.file("m.partial-2.mkv"))
        withExtendedLifetime(sink) {}
    }
}
