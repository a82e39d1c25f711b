import Foundation

/// A folder of a test's own, which goes with it.
final class TestFolder: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "files-\(UUID())")

    init() { try! FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.path + "/" + name }

    var names: [String] { try! FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
