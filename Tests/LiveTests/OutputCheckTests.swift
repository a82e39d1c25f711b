import Foundation
import Live
import Testing

@Suite final class OutputCheckTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "camber-check-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/folder.mp4", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func whatCanBeWrittenLeavesNoTrace() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for name in ["new.mp4", "file", "deep/er/new.mkv", "folder.mp4/", "masks/", "deep/er/"] {
            #expect(OutputCheck.obstacle(toWriting: "\(folder)/\(name)") == nil)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
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
