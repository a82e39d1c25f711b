import Testing
import Video

@Suite("A picture's values")
struct PixelValuesTests {
    /// In release builds a picture ends with its last mention, which may be before a loop over its bytes.
    @Test func outliveTheirPicture() {
        let gray = GrayImage(width: 4096, height: 64, filledWith: 7).bytes
        let colors = { RGBImage(width: 4096, height: 64).bytes }()
        // Whoever comes next gets memory that is free.
        let others = (0..<8).map { _ in GrayImage(width: 4096, height: 64, filledWith: 99) }
        #expect(gray.count == 4096 * 64 && gray.allSatisfy { $0 == 7 })
        #expect(colors.count == 4096 * 64 * 3 && colors.allSatisfy { $0 == 0 })
        #expect(others.allSatisfy { $0.bytes.allSatisfy { $0 == 99 } })
    }

    @Test func copiesShowTheSameBytes() {
        let image = GrayImage(width: 3, height: 2)
        let bytes = image.bytes
        bytes[4] = 9
        image.bytes.fill(0..<2, with: 5)
        #expect(Array(bytes) == [5, 5, 0, 0, 9, 0])
        let other = GrayImage(width: 3, height: 2, filledWith: 1)
        other.bytes.copy(bytes)
        #expect(other.bytes.elementsEqual(bytes))
        #expect(other.bytes.withPointer { start in (0..<6).map { start[$0] } } == [5, 5, 0, 0, 9, 0])
        #expect(PixelValues<UInt8>?.none.withPointer { $0 == nil })
        #expect(Optional(bytes).withPointer { $0?[4] } == 9)
    }
}
