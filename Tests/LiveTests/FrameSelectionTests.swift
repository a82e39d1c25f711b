import Live
import Testing

@Suite struct FrameSelectionTests {
    @Test(arguments: [1, 2, 3, 10], [0..<Int.max, 0..<7, 5..<23, 30..<40])
    func countAgreesWithWhatIsTaken(stride: Int, range: Range<Int>) {
        let selection = FrameSelection(stride: stride, range: range)
        for total in [0, 1, 6, 24, 50] { #expect(selection.count(of: total) == (0..<total).filter(selection.takes).count) }
    }

    @Test func nothingComesAfterTheRange() {
        let selection = FrameSelection(range: 2..<5)
        #expect((0..<8).filter(selection.isPast) == [5, 6, 7])
    }
}
