import Live
import Testing

@Suite struct RepeatFilterTests {
    @Test func aMessageIsPrintedOnceAndThenCounted() {
        var filter = RepeatFilter(quiet: .seconds(60))
        #expect(filter.admit("lost", at: .seconds(0)) == 0)
        for second in 1..<60 { #expect(filter.admit("lost", at: .seconds(second)) == nil) }
        #expect(filter.admit("found", at: .seconds(30)) == 0)
        #expect(filter.admit("lost", at: .seconds(61)) == 59)
        #expect(filter.admit("lost", at: .seconds(62)) == nil)
    }

    @Test func whatHasStoppedIsSummedUp() {
        var filter = RepeatFilter(quiet: .seconds(60))
        _ = filter.admit("lost", at: .zero)
        _ = filter.admit("lost", at: .seconds(1))
        _ = filter.admit("once", at: .zero)
        #expect(filter.expired(at: .seconds(59)).isEmpty)
        let expired = filter.expired(at: .seconds(60))
        #expect(expired.map(\.message) == ["lost"])
        #expect(expired.map(\.repeats) == [1])
        #expect(filter.expired(at: .seconds(200)).isEmpty)
    }

    @Test func endlessDifferentMessagesDoNotGrow() {
        var filter = RepeatFilter(quiet: .seconds(60))
        for number in 0..<10_000 { #expect(filter.admit("message \(number)", at: .zero) == 0) }
        #expect(filter.expired(at: .seconds(61)).isEmpty)
    }
}
