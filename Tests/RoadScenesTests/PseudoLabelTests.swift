import RoadScenes
import Testing
import Video

@Suite struct PseudoLabelTests {
    private func image(_ bytes: [UInt8]) -> GrayImage {
        let image = GrayImage(width: bytes.count, height: 1)
        for (index, byte) in bytes.enumerated() { image.bytes[index] = byte }
        return image
    }

    @Test(
        arguments: [
            (0.0, [0, 1, 2, 3]), (0.2, [255, 1, 2, 3]), (0.7, [255, 255, 2, 3]), (1.0, [255, 255, 255, 3]),
        ] as [(Double, [UInt8])])
    func pixelsBelowTheThresholdAreVoid(threshold: Double, expected: [UInt8]) {
        let (map, confidence) = (image([0, 1, 2, 3]), image([50, 51, 179, 255]))
        let labels = image([9, 9, 9, 9])
        PseudoLabel(threshold: threshold).write(map, confidence, into: labels)
        #expect(Array(labels.bytes) == expected)
        // In place, and while counting, it is the same.
        var figures = PseudoLabelFigures(classes: 4)
        PseudoLabel(threshold: threshold).write(map, confidence, into: map, counting: &figures)
        #expect(Array(map.bytes) == expected)
        #expect(figures.selectedRatio == Double(expected.count { $0 != 255 }) / 4)
    }

    /// A byte is selected just where the share it stands for reaches the threshold, for every threshold that is a byte.
    @Test func everyByteReachesItsOwnShare() {
        for byte in 0...255 {
            let label = PseudoLabel(threshold: Double(byte) / 255)
            #expect(label.selects(UInt8(byte), of: 3) && (byte == 0 || !label.selects(UInt8(byte - 1), of: 3)), "byte \(byte)")
        }
    }

    @Test func figuresAddUpOverFrames() {
        var figures = PseudoLabelFigures(classes: 2)
        let label = PseudoLabel(threshold: 0.5)
        for (map, confidence) in [([0, 0, 1, 1], [255, 255, 255, 0]), ([0, 0, 0, 0], [0, 0, 0, 0])] as [([UInt8], [UInt8])] {
            label.write(image(map), image(confidence), into: image(map), counting: &figures)
        }
        #expect(figures.classShares == [0.75, 0.25] && figures.selectedShares == [0.25, 0.125])
        #expect(figures.selectedRatio == 0.375 && figures.meanConfidence == 0.375)
        figures.reset()
        #expect(figures == PseudoLabelFigures(classes: 2) && figures.selectedRatio == 0)
    }
}
