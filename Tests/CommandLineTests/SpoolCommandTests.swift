import Foundation
import TestSupport
import Testing

/// `camber spool` from outside.
@Suite struct SpoolCommandTests {
    private let folder = try! TestFolder()

    /// A folder of pictures, say, that was named by mistake.
    @Test(arguments: [["list"], ["verify"], ["prune"], ["pin", "1"]]) func aFolderOfOtherThingsIsNoSpool(_ words: [String]) throws
    {
        try folder.write([1, 2, 3], to: "holiday.jpg")
        let result = try BuiltProgram(["spool"] + words + ["--folder", folder.path]).finish()
        #expect(result.status == 1 && result.errors.contains("There is no spool at \(folder.path)"), "\(result)")
        #expect(try folder.names == ["holiday.jpg"])
    }

    /// Until its first frame is kept, or its index is made anew.
    @Test(arguments: [[], ["lock"], ["index.sqlite-wal", "lost+found"]]) func aSpoolWithoutFramesIsOne(_ names: [String]) throws {
        for name in names { try folder.write([], to: name) }
        let result = try BuiltProgram.run("spool", "list", "--folder", folder.path)
        #expect(result.status == 0 && result.output.hasPrefix("0 items"), "\(result)")
    }
}
