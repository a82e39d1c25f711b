import Live
import Testing

@Suite struct StringPrintableTests {
    @Test(arguments: [
        ("front.mp4", "front.mp4"), ("größe 你好 👍", "größe 你好 👍"), ("a\nb\tc", "a\\nb\\tc"),
        ("\u{1B}[2Jx\u{7}\r", "\\u{1B}[2Jx\\u{7}\\u{D}"), ("\u{9B}31m", "\\u{9B}31m"), ("gpj.\u{202E}4pm", "gpj.\\u{202E}4pm"),
        ("\r\n", "\\u{D}\\n"),
    ])
    func nothingSteersTheTerminal(name: String, shown: String) {
        #expect(name.printable == shown)
    }
}
