import RoadScenes
import Testing
import Video

struct AugmentationTests {
    /// Blocks of four classes whose colours are 60 times their class, so that picture and labels can be compared.
    private func sample(_ width: Int, _ height: Int) -> LabeledImage {
        let sample = LabeledImage(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width {
                let label = UInt8((x / 13 + y / 11) % 4)
                sample.labels.bytes[y * width + x] = label
                for channel in 0..<3 { sample.image.bytes[(y * width + x) * 3 + channel] = label * 60 }
            }
        }
        return sample
    }

    private func apply(_ augmentation: Augmentation, _ source: LabeledImage, epoch: Int = 0, item: Int = 0) -> LabeledImage {
        let result = LabeledImage(width: augmentation.cropWidth, height: augmentation.cropHeight)
        augmentation.apply(to: source, seed: 7, epoch: epoch, item: item, into: result)
        return result
    }

    private func labels(_ sample: LabeledImage) -> [UInt8] {
        withExtendedLifetime(sample) { Array(sample.labels.bytes) }
    }

    @Test func oneSeedEpochAndItemGiveOneSampleOthersGiveOthers() {
        let augmentation = Augmentation(scales: [0.8, 1, 1.3, 1.7], cropWidth: 60, cropHeight: 40)
        let source = sample(120, 90)
        let first = labels(apply(augmentation, source, epoch: 3, item: 5))
        #expect(first == labels(apply(augmentation, source, epoch: 3, item: 5)))
        #expect(first != labels(apply(augmentation, source, epoch: 4, item: 5)))
        #expect(first != labels(apply(augmentation, source, epoch: 3, item: 6)))
    }

    @Test func pictureAndLabelsMoveTogether() {
        let augmentation = Augmentation(scales: [0.8, 1, 1.3, 1.7], cropWidth: 64, cropHeight: 48, translation: 6)
        let source = sample(117, 83)
        for item in 0..<24 {
            let result = apply(augmentation, source, item: item)
            let (values, colors) = (labels(result), withExtendedLifetime(result) { Array(result.image.bytes) })
            let wrong = (65..<(64 * 47 - 1)).filter { place in
                let label = values[place]
                let isInner = [-65, -64, -63, -1, 1, 63, 64, 65].allSatisfy { values[place + $0] == label }
                guard isInner, label != ClassSet.void, (1...62).contains(place % 64) else { return false }
                return abs(Int(colors[place * 3]) - Int(label) * 60) > 8
            }
            #expect(wrong.isEmpty, "item \(item)")
        }
    }

    @Test func scale1WithTheWholePictureAsCropCopiesOrMirrorsIt() {
        let source = sample(50, 30)
        var mirrored = 0
        for item in 0..<20 {
            let result = apply(Augmentation(scales: [1], cropWidth: 50, cropHeight: 30), source, item: item)
            let isCopy = withExtendedLifetime((result, source)) { result.image.bytes.elementsEqual(source.image.bytes) }
            let (here, there) = (labels(result), labels(source))
            let isMirror = (0..<1500).allSatisfy { place in
                let column = place % 50
                return here[place] == there[place - column + 49 - column]
            }
            #expect(isCopy != isMirror)
            mirrored += isMirror ? 1 : 0
        }
        #expect((4...16).contains(mirrored))
    }

    @Test func outsideOfThePictureLieVoidAndTheMeanColour() {
        let result = apply(Augmentation(scales: [0.5], cropWidth: 50, cropHeight: 30, flips: false), sample(50, 30))
        let values = labels(result)
        let void = values.indices.filter { values[$0] == ClassSet.void }
        #expect(void.count == 50 * 30 - 25 * 15)
        withExtendedLifetime(result) {
            #expect(void.allSatisfy { result.image.bytes[$0 * 3] == 124 && result.image.bytes[$0 * 3 + 2] == 104 })
        }
    }

    @Test func enlargingInterpolatesLinearly() {
        let source = LabeledImage(width: 2, height: 1)
        for channel in 0..<3 { source.image.bytes[3 + channel] = 200 }
        let result = apply(Augmentation(scales: [2], cropWidth: 4, cropHeight: 2, flips: false), source)
        withExtendedLifetime(result) { #expect([0, 3, 6, 9].map { result.image.bytes[$0] } == [0, 50, 150, 200]) }
    }

    @Test func colorJitterChangesTheLightAndNothingElse() {
        let source = sample(60, 40)
        let plain = Augmentation(scales: [1], cropWidth: 48, cropHeight: 32)
        var jittered = plain
        jittered.colorJitter = 0.3
        var ratios: [Double] = []
        for item in 0..<12 {
            let (before, after) = (apply(plain, source, item: item), apply(jittered, source, item: item))
            #expect(labels(before) == labels(after))
            withExtendedLifetime((before, after)) {
                func mean(_ sample: LabeledImage) -> Double {
                    Double(sample.image.bytes.reduce(0) { $0 + Int($1) }) / Double(sample.image.bytes.count)
                }
                ratios.append(mean(after) / mean(before))
            }
        }
        // Contrast and brightness together reach further than either.
        #expect(ratios.allSatisfy { (0.4...1.8).contains($0) })
        #expect(ratios.max()! > 1.05 && ratios.min()! < 0.95, "\(ratios)")
    }
}
