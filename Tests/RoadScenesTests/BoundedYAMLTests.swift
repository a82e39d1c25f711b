import Foundation
import RoadScenes
import Testing

/// Texts that would cost a careless reader hours or the program's stack.
struct BoundedYAMLTests {
    private static func aliases(_ last: String) -> String {
        var text = "x: [&a0 [x,x,x,x,x,x,x,x,x]"
        for level in 1..<9 {
            text += ", &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",") + "]"
        }
        return text + ", \(last)]\n"
    }

    private static let hostile: [(String, String)] = [
        (aliases("{*a8 : 1}"), "aliases"), (aliases("*a8"), "aliases"), ("a: &x 1\nb: *x", "aliases"), ("- &a [*a]", "aliases"),
        ("{a: &x {<<: *x}}", "aliases"), ("!!str &x a", "aliases"), ("\"# \" : &x a", "aliases"),
        (String(repeating: "[", count: 5000), "nested"), (String(repeating: "{a: ", count: 5000), "nested"),
        (String(repeating: "- ", count: 5000) + "a", "nested"), (String(repeating: "? ", count: 3000) + "a", "nested"),
        ("[" + String(repeating: "1,", count: 60_000) + "]", "values"), (String(repeating: "- 1\n", count: 40_000), "values"),
        (String(repeating: "\n", count: 300_000), "larger"), (String(repeating: " ", count: 300_000) + "a: 1", "larger"),
        ("a: 1\n--- \nb: 2", "no YAML"), ("a: 'b", "no YAML"), ("a: \u{7}", "no YAML"), ("a: 1\na: 2", "more than once"),
    ]

    @Test func whatCostsTooMuchIsRefusedInTime() {
        for (text, reason) in Self.hostile {
            let began = ContinuousClock.now
            let problem = #expect(throws: BoundedYAML.Problem.self) { try BoundedYAML.compose(text) }
            // The parser has limits of its own, which may come first.
            let isSaid = problem.map { $0.text.contains(reason) || (reason == "nested" && $0.text.contains("no YAML")) }
            #expect(isSaid == true, "\(text.prefix(40)): \(String(describing: problem))")
            #expect(began.duration(to: .now) < .seconds(10), "\(text.prefix(40))")
        }
    }

    @Test func longBlankStretchesAreReadInTime() throws {
        let began = ContinuousClock.now
        for blank in ["\n", " \n", "\t\n", "# x\n", "\r\n", "\u{A0}"] {
            let text = "a: 1\n" + String(repeating: blank, count: 200_000 / blank.utf8.count) + "\nb: 2\n"
            _ = try? BoundedYAML.compose(text)
        }
        #expect(began.duration(to: .now) < .seconds(20))
    }

    @Test func whatOnlyLooksLikeAnAliasIsText() throws {
        let root = try #require(try BoundedYAML.compose("a: 'b &c'\nd: http://h/x?a=1&b=*2 # *not* &one\ne: \"*x\"\nf: a & b\n"))
        #expect(root["a"]?.string == "b &c" && root["d"]?.string == "http://h/x?a=1&b=*2" && root["e"]?.string == "*x")
        #expect(root["f"]?.string == "a & b")
    }

    @Test func nothingIsNothing() throws {
        #expect(try BoundedYAML.compose("") == nil)
        #expect(try BoundedYAML.compose("# only words\n") == nil)
    }

    @Test func classesThatAreAPipeOrAnAliasAreRefused() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("classes-\(UUID()).yaml").path
        defer { unlink(path) }
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: SceneError.self) { try ClassSet(contentsOf: path) }
        unlink(path)
        try Data("- &a {name: a, color: [1, 2, 3]}\n- *a\n".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: SceneError.self) { try ClassSet(contentsOf: path) }
        #expect(error?.problem.contains("line 1: Anchors and aliases") == true)
    }

    /// As editors on Windows begin a text.
    @Test func aByteOrderMarkIsNoPartOfTheText() throws {
        let root = try BoundedYAML.compose(Data("\u{FEFF}fps: 5\nsize: 96x64\n".utf8))
        #expect(root?["fps"]?.int == 5 && root?["size"]?.string == "96x64")
    }
}
