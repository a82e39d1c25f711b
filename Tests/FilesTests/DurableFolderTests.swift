import Errors
import Files
import Foundation
import TestSupport
import Testing

struct DurableFolderTests {
    private let folder = try! TestFolder()

    @Test(arguments: ["a", "a/b/c", "a/b/", "./a//b"]) func missingFoldersAreMade(_ name: String) throws {
        let path = folder.file(name)
        try DurableFolder.make(path)
        var isFolder: ObjCBool = false
        #expect(FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue)
        try DurableFolder.make(path)
    }

    @Test func theModeIsThatOfAllThatAreMade() throws {
        try DurableFolder.make(folder.file("a/b"), mode: 0o750)
        for name in ["a", "a/b"] {
            let mode = try FileManager.default.attributesOfItem(atPath: folder.file(name))[.posixPermissions] as? Int
            #expect(mode == 0o750)
        }
    }

    @Test func aFileInTheWayIsNamed() throws {
        try WholeFile.write([1], to: folder.file("a"))
        for name in ["a", "a/b"] {
            let error = #expect(throws: CamberError.self) { try DurableFolder.make(folder.file(name)) }
            #expect(error?.problem.contains(folder.file("a")) == true)
        }
    }
}
