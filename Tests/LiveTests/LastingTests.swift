import Live
import Testing

@Suite struct LastingTests {
    @Test func whatComesAndGoesAtALimitIsOne() {
        var lasting = Lasting(rest: .seconds(10))
        #expect(lasting.change(to: false, at: .seconds(1)) == nil)
        #expect(lasting.change(to: true, at: .seconds(2)) == .began)
        for second in 3..<30 {
            #expect(lasting.change(to: second.isMultiple(of: 2), at: .seconds(second)) == nil, "\(second)")
        }
        #expect(lasting.change(to: false, at: .milliseconds(37_900)) == nil)
        #expect(lasting.change(to: false, at: .seconds(38)) == .ended)
        #expect(lasting.change(to: false, at: .seconds(39)) == nil)
        #expect(lasting.change(to: true, at: .seconds(40)) == .began)
    }

    @Test func withoutARestItEndsAtOnce() {
        var lasting = Lasting()
        #expect(lasting.change(to: true, at: .seconds(1)) == .began)
        #expect(lasting.change(to: false, at: .seconds(1)) == .ended)
    }
}
