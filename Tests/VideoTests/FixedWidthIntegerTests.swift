import Testing
import Video

struct FixedWidthIntegerTests {
    @Test func anyNumberFromOutsideHasANearestWholeOne() {
        #expect(Int(nearest: 2.5) == 3 && Int(nearest: -2.4) == -2)
        #expect(Int(nearest: 0x1p60 * 10) == .max && Int(nearest: -.infinity) == .min && Int(nearest: .nan) == 0)
        #expect(UInt8(nearest: 255.4) == 255 && UInt8(nearest: 256) == 255 && UInt8(nearest: -1) == 0)
        #expect(Int32(nearest: 1e300) == .max && Int64(nearest: 0x1p62) == 1 << 62)
        #expect(Rational(rate: 1e-9) == Rational(1, 1000) && Rational(rate: 29.97) == Rational(29970, 1000))
    }
}
