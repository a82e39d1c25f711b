import Configuration
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("200ms", Duration.milliseconds(200)), ("5s", .seconds(5)), ("1.5s", .milliseconds(1500)), ("2m", .seconds(120)),
        ("3h", .seconds(10800)), ("0s", .zero),
    ])
    func timesAreReadWithTheirUnit(text: String, expected: Duration) {
        #expect(Duration(text: text) == expected)
        #expect(expected == .zero || expected == .milliseconds(1500) || expected.text == text)
    }

    @Test(arguments: ["5", "", "s", "ms", "-1s", "+1s", "5 s", "1e3s", "nans", "infs", "5x", "1.2.3s", "999999999999h"])
    func everythingElseIsRefused(text: String) {
        #expect(Duration(text: text) == nil)
    }
}
