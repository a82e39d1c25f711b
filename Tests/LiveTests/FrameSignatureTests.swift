import Live
import Testing
import Video

@Suite struct FrameSignatureTests {
    private func frame(_ width: Int, _ height: Int, _ value: (Int, Int) -> UInt8) -> RGBImage {
        let image = RGBImage(width: width, height: height)
        withExtendedLifetime(image) {
            for y in 0..<height {
                for x in 0..<width {
                    for channel in 0..<3 { image.bytes[(y * width + x) * 3 + channel] = value(x, y) }
                }
            }
        }
        return image
    }

    @Test(arguments: [(480, 360), (8, 6), (17, 13), (1, 1)])
    func everySizeHasTheSameShape(width: Int, height: Int) {
        let signature = FrameSignature.of(frame(width, height) { _, _ in 200 })
        #expect(signature.count == 192 && signature.allSatisfy { (199...200).contains($0) })
    }

    @Test func theDifferenceGoesFromNoneToOne() {
        let (black, white) = (frame(32, 24) { _, _ in 0 }, frame(32, 24) { _, _ in 255 })
        let half = frame(32, 24) { x, _ in x < 16 ? 0 : 255 }
        func difference(_ first: RGBImage, _ second: RGBImage) -> Double {
            FrameSignature.difference(FrameSignature.of(first), FrameSignature.of(second))
        }
        #expect(difference(black, black) == 0)
        #expect(difference(black, white) > 0.99)
        #expect(abs(difference(black, half) - 0.5) < 0.01)
        #expect(FrameSignature.difference([1, 2], [1]) == 1)
    }

    @Test func theNearestOfManyCounts() {
        let signature = FrameSignature.of(frame(32, 24) { _, _ in 100 })
        let others = [0, 90, 255].map { value in FrameSignature.of(frame(32, 24) { _, _ in value }) }
        #expect(abs(FrameSignature.nearest(signature, others)! - 10 / 255) < 0.005)
        #expect(FrameSignature.nearest(signature, [[UInt8]]()) == nil)
    }
}
