import Files
import Testing

@Suite struct CountTextTests {
    @Test(arguments: [
        (0, "0 labeled pictures"), (1, "1 labeled picture"), (2, "2 labeled pictures"), (11, "11 labeled pictures"),
    ])
    func oneThingIsNotSeveral(count: Int, text: String) {
        #expect(CountText.text(count, "labeled picture") == text)
    }
}
