import RoadScenes
import SyntheticRoad
import Testing
import Video

struct SyntheticRoadTests {
    /// The class of every pixel, counted over a few seconds of a few drives.
    private func histogram(seeds: ClosedRange<UInt64>, _ conditions: RoadConditions) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        for seed in seeds {
            let road = SyntheticRoad(seed: seed, conditions: conditions, width: 160, height: 120)
            let (image, labels) = (RGBImage(width: 160, height: 120), GrayImage(width: 160, height: 120))
            for time in stride(from: 0.0, to: 12, by: 2) {
                road.render(at: time, into: image, labels: labels)
                for label in labels.bytes { counts[Int(label)] += 1 }
            }
        }
        return counts
    }

    private func render(_ road: SyntheticRoad, at time: Double) -> (image: [UInt8], labels: [UInt8]) {
        let (image, labels) = (
            RGBImage(width: road.width, height: road.height), GrayImage(width: road.width, height: road.height)
        )
        road.render(at: time, into: image, labels: labels)
        return (Array(image.bytes), Array(labels.bytes))
    }

    @Test(arguments: RoadConditions.Light.allCases, RoadConditions.Weather.allCases)
    func theSameSeedGivesTheSameFrameWhateverCameBefore(light: RoadConditions.Light, weather: RoadConditions.Weather) {
        let conditions = RoadConditions(light: light, weather: weather)
        let road = SyntheticRoad(seed: 5, conditions: conditions, width: 128, height: 96)
        let first = render(road, at: 3)
        _ = render(road, at: 9)
        let again = render(road, at: 3)
        let fresh = render(SyntheticRoad(seed: 5, conditions: conditions, width: 128, height: 96), at: 3)
        #expect(first == again)
        #expect(first == fresh)
        #expect(render(SyntheticRoad(seed: 6, conditions: conditions, width: 128, height: 96), at: 3).labels != first.labels)
    }

    @Test func aKnownFrameHasNotChanged() {
        let frame = render(
            SyntheticRoad(seed: 11, conditions: RoadConditions(light: .dusk, weather: .rain), width: 64, height: 48), at: 2.5)
        func digest(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
        #expect(digest(frame.labels) == 14_102_793_123_443_174_936)
        #expect(digest(frame.image) == 7_316_628_509_807_497_483)
    }

    @Test func everyClassAppearsInAboutTheSharesOfARealStreet() {
        let counts = histogram(seeds: 1...8, RoadConditions())
        let total = Double(counts.reduce(0, +))
        let share = ClassSet.camvid.names.indices.map { Double(counts[$0]) / total }
        for (name, share) in zip(ClassSet.camvid.names, share) { #expect(share > 0.0008, "\(name): \(share)") }
        #expect((0.10...0.45).contains(share[0]), "sky \(share[0])")
        #expect((0.20...0.50).contains(share[3]), "road \(share[3])")
        #expect((0.05...0.40).contains(share[1]), "building \(share[1])")
        #expect(counts[255] == 0, "nothing is hidden on a clear day")
    }

    @Test func labelsAreClassesOrVoidAndOnlyHazeMakesVoid() {
        let counts = histogram(seeds: 1...3, RoadConditions(weather: .fog))
        #expect(counts[11..<255].allSatisfy { $0 == 0 })
        #expect(counts[255] > 0)
    }

    @Test func theSkyIsAboveAndTheRoadBelow() {
        for seed in UInt64(1)...6 {
            let labels = render(SyntheticRoad(seed: seed, width: 160, height: 120), at: 4).labels
            let (upper, lower) = (labels[..<(160 * 50)], labels[(160 * 75)...])
            #expect(lower.allSatisfy { $0 != 0 }, "sky below the horizon, seed \(seed)")
            #expect(upper.allSatisfy { $0 != 3 }, "road above the horizon, seed \(seed)")
            #expect(labels[160 * 116 + 80] == 3, "the camera drives on the road, seed \(seed)")
        }
    }

    @Test func coloursFollowTheLabelsOutlines() {
        let road = SyntheticRoad(seed: 4, width: 160, height: 120)
        let frame = render(road, at: 3)
        // Neighbours of different classes differ in colour more than neighbours of one class.
        var (within, across) = ((0, 0), (0, 0))
        for y in 0..<120 {
            for x in 0..<159 {
                let place = y * 160 + x
                let step = (0..<3).reduce(0) { $0 + abs(Int(frame.image[place * 3 + $1]) - Int(frame.image[place * 3 + 3 + $1])) }
                if frame.labels[place] == frame.labels[place + 1] {
                    within = (within.0 + step, within.1 + 1)
                } else {
                    across = (across.0 + step, across.1 + 1)
                }
            }
        }
        #expect(Double(across.0) / Double(across.1) > 2.5 * Double(within.0) / Double(within.1))
    }

    @Test func consecutiveFramesAreOneDrive() {
        let road = SyntheticRoad(seed: 2, width: 160, height: 120)
        func changed(_ a: Double, _ b: Double) -> Int {
            zip(render(road, at: a).labels, render(road, at: b).labels).count { $0 != $1 }
        }
        let step = changed(5, 5 + 1.0 / 15)
        #expect(step > 0)
        #expect(step < 160 * 120 / 8)
        #expect(changed(5, 8) > step)
    }

    @Test func nightIsDarkerThanDayAndFogIsFlatter() {
        func look(_ conditions: RoadConditions) -> (brightness: Double, edges: Double) {
            let bytes = render(SyntheticRoad(seed: 3, conditions: conditions, width: 160, height: 120), at: 2).image.map(
                Double.init)
            let edges = zip(bytes, bytes.dropFirst(3 * 160)).reduce(0) { $0 + abs($1.0 - $1.1) }
            return (bytes.reduce(0, +) / Double(bytes.count), edges / Double(bytes.count))
        }
        let day = look(RoadConditions())
        #expect(look(RoadConditions(light: .night)).brightness < 0.6 * day.brightness)
        #expect(look(RoadConditions(weather: .fog)).edges < 0.7 * day.edges)
    }

    @Test(arguments: [(97, 61), (16, 16), (33, 200)])
    func oddSizesAreFilledCompletely(width: Int, height: Int) {
        let frame = render(SyntheticRoad(seed: 1, width: width, height: height), at: 1)
        #expect(frame.labels.contains(3))
        #expect(frame.image.count == width * height * 3)
        #expect(Set(frame.image).count > 30)
    }
}
