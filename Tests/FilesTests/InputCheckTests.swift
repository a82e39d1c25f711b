import Files
import Foundation
import TestSupport
import Testing

@Suite struct InputCheckTests {
    private let folder = try! TestFolder()

    @Test func aFileIsKnownUnderEveryNameOfIts() throws {
        let input = try folder.write("x".utf8, to: "input")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "input")
        try FileManager.default.linkItem(atPath: input, toPath: folder.file("hard"))
        try FileManager.default.createDirectory(atPath: folder.file("sub"), withIntermediateDirectories: true)
        for name in ["input", "link", "hard", "./input", "sub/../input"] {
            #expect(InputCheck.replaced(by: [folder.file("new"), folder.file(name)], among: [input]) == folder.file(name))
        }
        try folder.write("x".utf8, to: "other")
        #expect(InputCheck.replaced(by: [folder.file("other"), folder.file("new")], among: [input, folder.file("gone")]) == nil)
    }

    @Test func aFolderIsKnownAroundWhatIsNotThereYet() throws {
        try FileManager.default.createDirectory(atPath: folder.file("real/sub"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "real")
        let real = folder.file("real")
        for name in ["real", "real/", "link", "real/sub/new", "link/new/deep.png", "other/../real/new", "real/new/../x"] {
            #expect(InputCheck.folder(around: folder.file(name), among: [folder.file("none"), real]) == real, "\(name)")
        }
        for name in ["", "realm", "other/new", "real/../other", "link/../other"] {
            #expect(InputCheck.folder(around: folder.file(name), among: [real]) == nil, "\(name)")
        }
        let missing = folder.file("link/later")
        #expect(InputCheck.folder(around: folder.file("real/later/x"), among: [missing]) == missing)
        let long = folder.file(String(repeating: "a/", count: 30_000))
        #expect(InputCheck.folder(around: long, among: [real]) == nil)
    }

    @Test func aFreeFolderHasNothingButWhatAKillLeft() throws {
        #expect(OutputCheck.isFree(folder.path) && OutputCheck.isFree(folder.file("none")))
        try folder.write("x".utf8, to: ".images.png.12-1.partial")
        #expect(OutputCheck.isFree(folder.path))
        try folder.write("x".utf8, to: ".notes")
        try folder.write("x".utf8, to: "mine")
        #expect(!OutputCheck.isFree(folder.path))
        #expect(OutputCheck.strangers(in: folder.path) { $0 == "mine" } == [".notes"])
    }
}
