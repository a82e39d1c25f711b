import Configuration
import Errors
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
}
