import Configuration
import Errors
import Foundation
import TestSupport
import Testing

@Suite struct ConfigurationErrorTests {
    @Test func aConfigurationsProblemsPassThroughWhole() throws {
        let error = try #require(
            #expect(throws: CamberError.self) {
                try CamberError.wrap { _ = try Configuration(yaml: "sorce: {}\nmodle: a\n", file: "f.yaml") }
            })
        #expect(error.code == .invalid)
        #expect(error.problem.contains("f.yaml:1: ") && error.problem.contains("f.yaml:2: ") && error.problem.contains("source"))
    }

    @Test func aSectionThatIsASingleValueIsNotSaidToBeMissing() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try Configuration(yaml: "source: /dev/video0\nmodel: none.safetensors\n", file: "/nowhere/f.yaml")
        }
        let ofSource = error.problems.filter { $0.text.contains("source") }
        #expect(ofSource.count == 1 && ofSource[0].line == 1 && ofSource[0].remedy.contains("'location:'"), "\(error)")
    }

    /// Nothing stands further in than the file.
    @Test(arguments: ["hello", "- source"]) func aFileThatIsNoListOfKeysNamesOneToStartFrom(_ yaml: String) throws {
        let error = try #require(throws: ConfigurationError.self) { _ = try Configuration(yaml: yaml, file: "/nowhere/f.yaml") }
        #expect(error.description.contains("example.yaml") && !error.description.contains("further in"), "\(error)")
    }

    @Test func aTabIsNamedAmongWhatIsNoYAML() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try Configuration(yaml: "source:\n\tlocation: a.mp4\n", file: "/nowhere/f.yaml")
        }
        #expect(error.problems.map(\.line) == [2] && error.description.contains("no tabs"), "\(error)")
    }

    @Test func whereRelativePathsStartIsSaidOfRelativePathsOnly() throws {
        for (location, isRelative) in [("/nowhere/drive.mp4", false), ("~/nowhere/drive.mp4", false), ("drive.mp4", true)] {
            let error = try #require(throws: ConfigurationError.self) {
                _ = try Configuration(yaml: "source: {location: \(location)}\nmodel: none.safetensors\n", file: "/nowhere/f.yaml")
            }
            let problem = try #require(error.problems.first { $0.text.contains("drive.mp4") })
            #expect(problem.remedy.contains("Relative paths start from /nowhere") == isRelative, "\(problem.remedy)")
        }
    }

    @Test(arguments: ["rtsp:/camera/live", "192.168.0.7/live", "van7.local:554/live"])
    func anAddressWithoutItsProtocolIsSaidToBeOne(_ location: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try Configuration(yaml: "source: {location: '\(location)'}\nmodel: none.safetensors\n", file: "/nowhere/f.yaml")
        }
        #expect(
            error.description.contains(
                "The source \(location) is no file and cannot be read. An address starts with its protocol"), "\(error)")
    }

    @Test func aConfigurationThatIsMissingNamesOneToCopyAndOneThatMayNotBeReadTheUser() throws {
        let missing = try #require(throws: ConfigurationError.self) { try Configuration(contentsOf: "/nowhere/f.yaml") }
        #expect(missing.description.contains("/etc/camber/example.yaml"))
        // root may read everything.
        guard geteuid() != 0 else { return }
        let folder = try TestFolder()
        let file = folder.file("f.yaml")
        try Data("model: camvid".utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, 0)
        let hidden = try #require(throws: ConfigurationError.self) { try Configuration(contentsOf: file) }
        #expect(hidden.description.contains("right user") && !hidden.description.contains("example.yaml"))
    }
}
