import Configuration
import Foundation
import Live
import TestSupport
import Testing

/// Folders that somebody removes while a daemon runs.
@Suite final class OutputFolderTests {
    private let temporary = try! TestFolder()

    private func report(_ kind: Configuration.Output.Kind, _ file: String) -> (problem: String?, written: Int) {
        let output = Configuration.Output(kind: kind, file: temporary.file(file), segment: nil, every: .milliseconds(50))
        let report = reportOfThreeFrames(through: output)
        return (report.problem, report.written)
    }

    @Test(arguments: [(Configuration.Output.Kind.picture, "gone/now.png"), (.masks, "gone/front.mkv"), (.masks, "gone/masks/")])
    func anOutputMakesItsFolderAnew(kind: Configuration.Output.Kind, file: String) throws {
        let report = report(kind, file)
        #expect(report.problem == nil && report.written > 0, "\(report)")
        #expect(try !FileManager.default.contentsOfDirectory(atPath: temporary.file("gone")).isEmpty)
    }

    /// What is written there would fill the disk that it is to be mounted on.
    @Test(arguments: [(Configuration.Output.Kind.picture, "disk/gone/now.jpg"), (.masks, "disk/gone/masks/")])
    func theFolderOfADiskThatIsNotThereIsNotMade(kind: Configuration.Output.Kind, file: String) throws {
        let report = report(kind, file)
        #expect(report.problem?.contains("/disk/gone cannot be made") == true && report.written == 0, "\(report)")
        #expect(try temporary.names.isEmpty)
    }
}
