import Errors
import Files
import Foundation
import Testing

struct DurableFolderTests {
    private let folder = TestFolder()

    @Test(arguments: ["a", "a/b/c", "a/b/", "./a//b"]) func missingFoldersAreMade(_ name: String) throws {
        let path = folder.path(name)
        try DurableFolder.make(path)
        var isFolder: ObjCBool = false
        #expect(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
        try DurableFolder.make(path)
    }

    @Test func theModeIsThatOfAllThatAreMade() throws {
        try DurableFolder.make(folder.path("a/b"), mode: 0o750)
        for name in ["a", "a/b"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.path(name))[.posixPermissions] as? Int
            #expect(mode == 0o750)
        }
    }

    @Test func aFileInTheWayIsNamed() throws {
        try WholeFile.write([1], to: folder.path("a"))
        for name in ["a", "a/b"] {
            let error = #expect(throws: CamberError.self) { try DurableFolder.make(folder.path(name)) }
            #expect(error?.problem.contains(folder.path("a")) == true)
        }
    }
}
