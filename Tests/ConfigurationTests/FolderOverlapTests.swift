import Configuration
import Foundation
import TestSupport
import Testing

/// Folders in which the program removes files must be its own.
@Suite struct FolderOverlapTests {
    private let folder = try! TestFolder()

    init() throws {
        try folder.write([], to: "drive.mp4")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "spool")
        try FileManager.default.createDirectory(atPath: folder.file("spool"), withIntermediateDirectories: true)
        try folder.write([], to: "model.safetensors")
    }

    private func problems(registry: String = "models", spool: String = "spool", work: String) -> [ConfigurationError.Problem] {
        let yaml = """
            source: {location: drive.mp4}
            model: model.safetensors
            registry: \(registry)
            spool: {folder: \(spool)}
            learn:
              labeled: camvid:data/camvid
              also: [{dataset: "folder:data/also"}]
              held_out: folder:data/held
              human: folder:data/human
              work: \(work)
            """
        do throws(ConfigurationError) {
            _ = try Configuration(yaml: yaml, file: folder.file("camber.yaml"))
            return []
        } catch { return error.problems }
    }

    @Test(arguments: [
        ("data/camvid", "learn.labeled"), ("data/held", "learn.held_out"), ("data/human/../human", "learn.human"),
        ("data/also", "learn.also[1].dataset"), ("link", "spool.folder"), ("models", "registry"),
    ])
    func theWorkFolderIsNoOther(work: String, key: String) {
        let found = problems(work: work)
        #expect(found.count == 1 && found.first?.line == 10, "\(found)")
        #expect(found.first?.text.contains("'learn.work'") == true && found.first?.text.contains("'\(key)'") == true, "\(found)")
    }

    @Test func theWorkFolderIsAroundNoOther() {
        #expect(problems(work: "data").count == 4)
        #expect(problems(work: ".").count == 6)
        #expect(problems(spool: "work/spool", work: "work").map(\.line) == [10])
    }

    @Test(arguments: [("store", "store"), ("models", "link/../models"), ("link", "spool")])
    func spoolAndRegistryAreTwo(registry: String, spool: String) {
        let found = problems(registry: registry, spool: spool, work: "work")
        #expect(found.map(\.line) == [4], "\(found)")
        #expect(found.first?.text.contains("'spool.folder'") == true && found.first?.text.contains("'registry'") == true)
    }

    @Test func foldersBesideEachOtherAreInOrder() {
        #expect(problems(work: "work").isEmpty)
        #expect(problems(registry: "spools", work: "spool-work").isEmpty)
        // As they may have been for years.
        #expect(problems(registry: "store", spool: "store/frames", work: "store/work").isEmpty)
    }
}
