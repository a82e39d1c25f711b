import Configuration
import Testing

@Suite struct ShareTextTests {
    @Test(arguments: [("0.7", 0.7), ("70%", 0.7), ("0", 0), ("100%", 1), ("12.5%", 0.125), ("1", 1)])
    func sharesAreRead(text: String, share: Double) {
        #expect(ShareText.share(text) == share)
    }

    @Test(arguments: ["", "%", "70 %", "101%", "-1%", "7", "nan", "1e-1", "0,7"])
    func otherTextsAreNone(text: String) {
        #expect(ShareText.share(text) == nil)
    }

    @Test func sharesAreWrittenInPerCent() {
        #expect(ShareText.text(0.7) == "70%" && ShareText.text(0.125) == "12.5%" && ShareText.text(0) == "0%")
    }
}
