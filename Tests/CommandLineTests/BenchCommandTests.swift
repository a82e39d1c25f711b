import Foundation
import Testing

@Suite struct BenchCommandTests {
    /// Its steps were run on pictures and scores of an earlier pass, whose memory was free again.
    @Test(arguments: [[], ["--scores"]]) func everyStepOfAPassIsTimed(_ options: [String]) throws {
        let result = try BuiltProgram(
            [
                "bench", "--network", "paper", "--size", "240x176", "--threads", "1", "--passes", "1", "--inference-only",
                "--layers", "--json",
            ]
                + options
        ).finish()
        try #require(result.status == 0, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let layers = try #require(report["layers"] as? [[String: Any]])
        #expect(layers.first?["name"] as? String == "normalize")
        #expect(layers.last?["name"] as? String == "classify")
        #expect(layers.allSatisfy { ($0["milliseconds"] as? Double ?? 0) > 0 })
    }

    /// The manual is made of the help, and read on other machines.
    @Test(arguments: [["bench"], ["models", "answers"]]) func theHelpIsTheSameOnEveryProcessor(_ command: [String]) throws {
        let help = try BuiltProgram(command + ["--help"]).finish().output
        #expect(help.contains("--kernels") && !help.contains("default: avx") && !help.contains("default: portable"), "\(help)")
    }
}
