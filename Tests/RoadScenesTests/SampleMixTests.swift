import RoadScenes
import Testing
import Video

@Suite struct SampleMixTests {
    /// Classes in stripes; every pixel's colour is its class, and tells which sample it is of.
    private func sample(_ number: UInt8, classes: [UInt8], withConfidence: Bool = false) -> LabeledImage {
        let sample = LabeledImage(width: 40, height: 30, withConfidence: withConfidence)
        for pixel in 0..<1200 {
            let label = classes[pixel % 40 * classes.count / 40]
            sample.labels.bytes[pixel] = label
            for channel in 0..<3 { sample.image.bytes[pixel * 3 + channel] = label == ClassSet.void ? 0 : number * 100 + label }
            sample.confidence?.bytes[pixel] = number
        }
        return sample
    }

    private func labels(_ sample: LabeledImage) -> [UInt8] { Array(sample.labels.bytes) }
    private func reds(_ sample: LabeledImage) -> [UInt8] {
        (0..<1200).map { sample.image.bytes[$0 * 3] }
    }

    @Test(arguments: [SampleMix.Kind.cutmix, .classmix]) func picturesLabelsAndConfidencesStayTogether(kind: SampleMix.Kind) {
        let samples = [sample(1, classes: [1, 2, 3, 4], withConfidence: true), sample(2, classes: [5, 6, 7, ClassSet.void])]
        var shares: [Int] = []
        for item in 0..<20 {
            let mixed = SampleMix(kind, share: 1).apply(to: samples, seed: 3, epoch: 1, item: item * 2)
            #expect(mixed.count == 2)
            let (reds, labels) = (reds(mixed[0]), labels(mixed[0]))
            let confidence = Array(mixed[0].confidence!.bytes)
            for pixel in 0..<1200 where labels[pixel] != ClassSet.void {
                let isPasted = labels[pixel] > 4
                #expect(reds[pixel] == (isPasted ? 200 : 100) + labels[pixel])
                #expect(confidence[pixel] == (isPasted ? 255 : 1))
            }
            shares.append(zip(labels, self.labels(samples[0])).filter { $0 != $1 }.count)
            // The first sample is the last one's neighbour.
            #expect(self.labels(mixed[1]) != self.labels(samples[1]))
            #expect(self.reds(SampleMix(kind, share: 1).apply(to: samples, seed: 3, epoch: 1, item: item * 2)[0]) == reds)
        }
        #expect(shares.allSatisfy { (100...650).contains($0) }, "\(shares)")
        #expect(Set(shares).count > 1 || kind == .classmix)
        #expect(reds(samples[0]) == reds(sample(1, classes: [1, 2, 3, 4])))
    }

    @Test func classmixPastesWholeClassesAndNoVoid() {
        let samples = [sample(1, classes: [1]), sample(2, classes: [5, 6, 7, ClassSet.void])]
        for item in 0..<10 {
            let mixed = labels(SampleMix(.classmix, share: 1).apply(to: samples, seed: 3, epoch: 1, item: item)[0])
            #expect(!mixed.contains(ClassSet.void))
            let pasted = Set(mixed).subtracting([1])
            #expect(pasted.count == 2)
            for label in pasted { #expect(mixed.filter { $0 == label }.count == 300) }
        }
    }

    @Test func theShareSaysHowManySamplesAreMixed() {
        let samples = (1...2).map { sample($0, classes: [$0]) }
        func changed(_ share: Float) -> Int {
            (0..<50).reduce(0) { sum, item in
                let mixed = SampleMix(.cutmix, share: share).apply(to: samples, seed: 3, epoch: 1, item: item * 2)
                return sum + zip(mixed, samples).filter { labels($0) != labels($1) }.count
            }
        }
        #expect(changed(0) == 0 && changed(1) == 100)
        #expect((30...70).contains(changed(0.5)))
    }

    @Test func aSampleAloneStaysAsItIs() {
        let alone = [sample(1, classes: [1, 2])]
        #expect(labels(SampleMix(.cutmix, share: 1).apply(to: alone, seed: 1, epoch: 0, item: 0)[0]) == labels(alone[0]))
    }
}
