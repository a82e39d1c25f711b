import Foundation
import Status
import Testing

/// What the page and the command line call the same thing.
struct WordsTests {
    /// The page's words are in a file of its own language.
    @Test func thePageNamesWhatTheGateDoesAsTheStatusDoes() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Dashboard/Page/words.js")
        let text = try String(contentsOf: file.standardized, encoding: .utf8)
        for decision in GateDecision.allCases {
            #expect(text.contains("\n  \(decision.rawValue): [\"\(decision.words)\", "), "\(decision)")
        }
    }
}
