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
        Array(sample.labels.bytes)
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
            let (values, colors) = (labels(result), Array(result.image.bytes))
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
            let isCopy = result.image.bytes.elementsEqual(source.image.bytes)
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
        #expect([0, 3, 6, 9].map { result.image.bytes[$0] } == [0, 50, 150, 200])
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

    @Test func aRangeOfScalesGivesAllInBetweenHalvingAsOftenAsDoubling() {
        let source = sample(64, 64)
        let augmentation = Augmentation(scales: [], scaleRange: 0.5...2, cropWidth: 64, cropHeight: 64, flips: false)
        // The share of a crop that a reduced picture fills tells its scale.
        let filled = (0..<60).map { item in
            labels(apply(augmentation, source, item: item)).filter { $0 != ClassSet.void }.count
        }
        #expect(Set(filled).count > 20, "\(filled)")
        #expect((18...42).contains(filled.filter { $0 == 64 * 64 }.count))
        #expect(filled.min()! >= 32 * 32 && filled.min()! < 40 * 40)
        #expect(labels(apply(augmentation, source, item: 3)) == labels(apply(augmentation, source, item: 3)))
    }

    /// Mean of each channel over a part of a picture's rows.
    private func means(_ sample: LabeledImage, rows: Range<Int>) -> [Double] {
        withExtendedLifetime(sample) {
            (0..<3).map { channel in
                let pixels = (rows.lowerBound * sample.image.width)..<(rows.upperBound * sample.image.width)
                return Double(pixels.reduce(0) { $0 + Int(sample.image.bytes[$1 * 3 + channel]) }) / Double(pixels.count)
            }
        }
    }

    private func distinctReds(_ sample: LabeledImage, row: Int) -> Int {
        var values = Set<UInt8>()
        for column in 0..<sample.image.width { values.insert(sample.image.bytes[(row * sample.image.width + column) * 3]) }
        return values.count
    }

    private func gray(_ width: Int, _ height: Int) -> LabeledImage {
        let sample = LabeledImage(width: width, height: height)
        for byte in sample.image.bytes.indices { sample.image.bytes[byte] = 110 }
        return sample
    }

    @Test func photometricChangesReachFarAndLeaveLabelsAndTheOutsideAlone() {
        let plain = Augmentation(scales: [0.5], cropWidth: 60, cropHeight: 40, flips: false)
        var strong = plain
        strong.photometric = 1
        let source = sample(60, 40)
        for item in 0..<8 {
            let (before, after) = (apply(plain, source, item: item), apply(strong, source, item: item))
            #expect(labels(before) == labels(after))
            #expect(before.image.bytes.elementsEqual(after.image.bytes) == false)
            let void = labels(after).indices.filter { labels(after)[$0] == ClassSet.void }
            #expect(!void.isEmpty)
            #expect(void.allSatisfy { after.image.bytes[$0 * 3 + 1] == 116 })
            let again = apply(strong, source, item: item)
            #expect(after.image.bytes.elementsEqual(again.image.bytes))
        }
    }

    @Test func photometricChangesCoverLightColourTintAndNoise() {
        let source = gray(60, 40)
        func changed(_ strength: Float) -> [LabeledImage] {
            let augmentation = Augmentation(scales: [1], cropWidth: 60, cropHeight: 40, photometric: strength)
            return (0..<60).map { apply(augmentation, source, item: $0) }
        }
        let strong = changed(1)
        let light = strong.map { means($0, rows: 0..<40).reduce(0, +) / 3 }
        #expect(light.min()! < 70 && light.max()! > 150, "\(light)")
        let cast = strong.map { sample in
            let colors = means(sample, rows: 0..<40)
            return colors.max()! / colors.min()!
        }
        #expect(cast.max()! > 1.2)
        let tints = strong.map { sample in means(sample, rows: 0..<2)[0] / means(sample, rows: 38..<40)[0] }
        #expect(tints.max()! > 1.15 && tints.min()! < 0.85, "\(tints)")
        let noisy = strong.filter { distinctReds($0, row: 39) > 8 }.count
        #expect((6...32).contains(noisy), "\(noisy) of 60")
        let weak = changed(0.1).map { means($0, rows: 0..<40).reduce(0, +) / 3 }
        #expect(weak.allSatisfy { abs($0 - 110) < 14 }, "\(weak)")
    }

    @Test func reducingAveragesAllThatItCovers() {
        let source = LabeledImage(width: 40, height: 40)
        for y in 0..<40 {
            for x in 0..<40 {
                for channel in 0..<3 { source.image.bytes[(y * 40 + x) * 3 + channel] = (x + y) % 2 == 0 ? 200 : 0 }
            }
        }
        let result = apply(Augmentation(scales: [0.25], cropWidth: 10, cropHeight: 10, flips: false), source)
        #expect(result.image.bytes.allSatisfy { abs(Int($0) - 100) <= 10 })
    }

    @Test func confidenceMovesWithTheLabelsAndIsNoneOutside() {
        let plain = sample(50, 40)
        let confidence = GrayImage(width: 50, height: 40)
        for pixel in 0..<2000 { confidence.bytes[pixel] = 40 + 50 * plain.labels.bytes[pixel] }
        let source = LabeledImage(image: plain.image, labels: plain.labels, confidence: confidence)
        let augmentation = Augmentation(scales: [], scaleRange: 0.5...2, cropWidth: 48, cropHeight: 48, photometric: 1)
        for item in 0..<8 {
            let result = LabeledImage(width: 48, height: 48, withConfidence: true)
            augmentation.apply(to: source, seed: 7, epoch: 0, item: item, into: result)
            let values = Array(result.confidence!.bytes)
            #expect(zip(labels(result), values).allSatisfy { $0 == ClassSet.void ? $1 == 0 : $1 == 40 + 50 * $0 })
        }
        // Labels as good as drawn by hand, beside others that are not.
        let result = LabeledImage(width: 48, height: 48, withConfidence: true)
        augmentation.apply(to: plain, seed: 7, epoch: 0, item: 0, into: result)
        #expect(result.confidence!.bytes.allSatisfy { $0 == 255 })
    }
}
