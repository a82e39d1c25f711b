import Learning
import NeuralNetwork
import RoadScenes
import Testing
import Video

@Suite struct BlockMotionTests {
    /// Noise in tiles of 4×4 pixels, moved to the right and down.
    private static func frame(_ x: Int, _ y: Int, seed: UInt64 = 1) -> RGBImage {
        let image = RGBImage(width: 96, height: 64)
        for row in 0..<64 {
            for column in 0..<96 {
                let (tileX, tileY) = ((column - x + 400) / 4, (row - y + 400) / 4)
                var random = SplitMix64(seed: seed, tileY * 1000 + tileX)
                let value = UInt8(random.index(256))
                for channel in 0..<3 { image.bytes[(row * 96 + column) * 3 + channel] = value }
            }
        }
        return image
    }

    /// Two classes on either side of a line.
    private static func labels(edge: Int) -> GrayImage {
        let labels = GrayImage(width: 96, height: 64)
        for pixel in labels.bytes.indices { labels.bytes[pixel] = pixel % 96 < edge ? 0 : 1 }
        return labels
    }

    @Test func labelsThatMoveWithThePictureAgree() {
        let motion = BlockMotion(from: Self.frame(0, 0), to: Self.frame(8, 4))
        let moved = motion.agreement(Self.labels(edge: 40), Self.labels(edge: 48))
        // All but the tiles whose pixels were outside before: a column of six and a row of four, one of them the same.
        #expect(moved.compared >= 15 * 256 && moved.same == moved.compared)
        let stayed = motion.agreement(Self.labels(edge: 40), Self.labels(edge: 40))
        #expect(stayed.same < stayed.compared)
    }

    @Test func whatWasNotThereBeforeIsNotCompared() {
        let motion = BlockMotion(from: Self.frame(0, 0), to: Self.frame(0, 0, seed: 2))
        #expect(motion.agreement(Self.labels(edge: 10), Self.labels(edge: 80)).compared == 0)
    }

    @Test func voidIsNotCompared() {
        let motion = BlockMotion(from: Self.frame(0, 0), to: Self.frame(0, 0))
        let labels = Self.labels(edge: 40)
        for pixel in labels.bytes.indices where pixel % 96 >= 48 { labels.bytes[pixel] = ClassSet.void }
        let found = motion.agreement(labels, Self.labels(edge: 40))
        #expect(found.compared == 48 * 64 && found.same == found.compared)
    }

    /// A picture without structure is found where it was, not somewhere else in reach.
    @Test func aBlankPictureStaysWhereItIs() {
        let blank = RGBImage(width: 96, height: 64)
        let found = BlockMotion(from: blank, to: blank).agreement(Self.labels(edge: 40), Self.labels(edge: 40))
        #expect(found.compared == 96 * 64 && found.same == found.compared)
    }
}
