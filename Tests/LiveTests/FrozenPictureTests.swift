import Live
import Testing
import Video

struct FrozenPictureTests {
    /// Noise of a camera, or none.
    private func picture(_ number: Int, noise: Int = 0, width: Int = 320, height: Int = 240) -> RGBImage {
        let image = RGBImage(width: width, height: height)
        var generator = SplitMix(state: UInt64(number))
        for index in image.bytes.indices {
            let extra = noise > 0 ? Int(generator.next() % UInt64(2 * noise + 1)) - noise : 0
            image.bytes[index] = UInt8(clamping: 100 + index / 3 % 50 + extra)
        }
        return image
    }

    private func unchanged(_ pictures: [RGBImage]) -> Duration {
        var frozen = FrozenPicture()
        var last = Duration.zero
        for (second, picture) in pictures.enumerated() { last = frozen.unchanged(picture, at: .seconds(second)) }
        return last
    }

    @Test func theSamePictureCountsFromItsFirstFrame() {
        let still = picture(0)
        #expect(unchanged([picture(1, noise: 40)] + Array(repeating: still, count: 12)) == .seconds(11))
    }

    @Test func whatAnEncoderOrAPaintedClockChangesIsNothing() {
        let pictures = (0..<12).map { number -> RGBImage in
            let image = picture(number, noise: 1)
            // A clock of 24 by 12 pixels.
            for row in 0..<12 { for byte in 0..<72 { image.bytes[row * image.rowBytes + byte] = UInt8(20 * number) } }
            return image
        }
        #expect(unchanged(pictures) == .seconds(11))
    }

    @Test func aCamerasNoiseOrASmallThingThatMovesIsChange() {
        #expect(unchanged((0..<12).map { picture($0, noise: 12) }) == .zero)
        let moving = (0..<12).map { number -> RGBImage in
            let image = picture(0)
            for row in 100..<140 {
                for column in 0..<20 { image.bytes[row * image.rowBytes + 3 * (column + 20 * number) + 1] = 255 }
            }
            return image
        }
        #expect(unchanged(moving) == .zero)
    }

    @Test func anotherSizeIsAnotherPicture() {
        #expect(unchanged([picture(0), picture(0), picture(0, width: 160)]) == .zero)
    }

    private struct SplitMix {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }
}
