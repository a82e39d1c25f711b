import Testing
import Video

struct PrintableTests {
    @Test(arguments: [
        ("road 1.mp4", "road 1.mp4"), ("Straße, 道, 🚗\n\ttab", "Straße, 道, 🚗\n\ttab"), ("a\u{1b}[2Jb", "a\\u001b[2Jb"),
        ("a\rb\u{8}c\u{0}", "a\\u000db\\u0008c\\u0000"), ("\u{9b}31m", "\\u009b31m"), ("gpj.\u{202e}exe", "gpj.\\u202eexe"),
        ("\u{7f}\u{2066}\u{2028}", "\\u007f\\u2066\\u2028"), ("\r\n", "\\u000d\n"), ("", ""),
    ])
    func whatMovesACursorIsWrittenOut(text: String, printable: String) {
        #expect(text.printable == printable)
        #expect(printable.printable == printable)
    }

    /// Of a line that is longer than its terminal is wide only the last part could be cleared.
    @Test(arguments: [
        ("drive.mp4: 12 %", 80, "drive.mp4: 12 %"), ("drive.mp4: 12 %", 10, "drive.mp4:"), ("道路.mp4", 5, "道路."), ("道路", 3, "道"),
        ("e\u{301}a", 1, "e\u{301}"), ("a", 0, ""), ("a", -1, ""), ("long", .max, "long"),
    ])
    func aLineIsNoLongerThanItsTerminal(text: String, columns: Int, shown: String) {
        #expect(text.fitting(columns: columns) == shown)
    }
}
