import Files
import Foundation
import TestSupport
import Testing

@Suite final class OutputCheckTests {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder + "/folder.mp4", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
    }

    @Test func whatCanBeWrittenLeavesNoTrace() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for name in ["new.mp4", "file", "deep/er/new.mkv", "folder.mp4/", "masks/", "deep/er/"] {
            #expect(OutputCheck.obstacle(toWriting: "\(folder)/\(name)") == nil)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
    }

    /// A file would take their place, and nobody who writes there would know.
    @Test func devicesAndPipesAreNotReplaced() throws {
        #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "/dev/null")
        for path in ["/dev/null", "\(folder)/pipe", "\(folder)/link"] {
            #expect(OutputCheck.obstacle(toWriting: path)?.contains("a device or a pipe") == true, "\(path)")
        }
    }

    @Test func whatCannotIsNamed() {
        let long = String(repeating: "n", count: 256)
        for name in ["folder.mp4", "file/x.mp4", "file/", long] {
            #expect(OutputCheck.obstacle(toWriting: "\(folder)/\(name)") != nil, "\(name)")
        }
        #expect(OutputCheck.obstacle(toWriting: "/proc/r.json")?.contains("/proc") == true)
        #expect(OutputCheck.obstacle(toWriting: "/proc/deep/r.json") != nil)
    }
}
