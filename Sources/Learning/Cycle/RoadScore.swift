import RoadScenes
import Video

/// What a model says of a road without labels: how much of it should be right, and how much of it stays the same from one frame to the
/// next. By stretches of ten seconds, which a bootstrap draws from.
public struct RoadScore: Sendable, Equatable {
    /// What was counted on ten seconds of road.
    public struct Stretch: Sendable, Equatable {
        /// Labeled ones; `confidence` is the sum of their chances to be right.
        public var pixels = 0
        public var confidence = 0.0
        /// Pixels that were found again in the frame before, and those of them that have the same class there.
        public var compared = 0
        public var same = 0

        public init(pixels: Int = 0, confidence: Double = 0, compared: Int = 0, same: Int = 0) {
            (self.pixels, self.confidence, self.compared, self.same) = (pixels, confidence, compared, same)
        }
    }

    public var stretches: [Stretch]

    public init(stretches: [Stretch]) {
        self.stretches = stretches
    }

    /// The share of the pixels that should be right, 0…1; of those stretches, each as often as it is named.
    func expectedAccuracy(of drawn: [Int]) -> Double {
        share(drawn.reduce(0) { $0 + stretches[$1].confidence }, drawn.reduce(0) { $0 + stretches[$1].pixels })
    }

    /// The share of the pixels that keep their class from one frame to the next, 0…1; 1 where nothing was found again.
    func steadiness(of drawn: [Int]) -> Double {
        let compared = drawn.reduce(0) { $0 + stretches[$1].compared }
        return compared == 0 ? 1 : share(Double(drawn.reduce(0) { $0 + stretches[$1].same }), compared)
    }

    /// The share of the pixels that should be right, 0…1.
    public var expectedAccuracy: Double { expectedAccuracy(of: Array(stretches.indices)) }
    /// The share of the pixels that keep their class from one frame to the next, 0…1; 1 where nothing was found again.
    public var steadiness: Double { steadiness(of: Array(stretches.indices)) }

    private func share(_ part: Double, _ whole: Int) -> Double { part / Double(max(1, whole)) }

    /// Measures a model on frames and those that came before them.
    ///
    /// - Parameters:
    ///   - frames: files, by stretches.
    ///   - label: a picture's class map and confidence, which the next call may overwrite.
    ///   - step: called after each frame.
    init?(
        _ frames: [[(frame: String, before: String?)]],
        labeledBy label: (RGBImage) throws -> (map: GrayImage, confidence: GrayImage),
        step: () throws -> Void
    ) throws {
        stretches = []
        for stretch in frames {
            var sum = Stretch()
            for (file, previous) in stretch {
                let frame = try ImageFile.readRGB(file)
                if let before = try previous.map({ try ImageFile.readRGB($0) }), before.width == frame.width,
                    before.height == frame.height
                {
                    let old = try label(before).map
                    let labels = GrayImage(width: old.width, height: old.height)
                    labels.bytes.copy(old.bytes)
                    let map = sum.add(try label(frame))
                    let found = BlockMotion(from: before, to: frame).agreement(labels, map)
                    sum.compared += found.compared
                    sum.same += found.same
                } else {
                    sum.add(try label(frame))
                }
                try step()
            }
            stretches.append(sum)
        }
        if stretches.isEmpty { return nil }
    }
}

extension RoadScore.Stretch {
    /// Counts a frame's labeled pixels.
    ///
    /// - Returns: its class map.
    @discardableResult fileprivate mutating func add(_ labeled: (map: GrayImage, confidence: GrayImage)) -> GrayImage {
        let (map, confidence) = (labeled.map.bytes, labeled.confidence.bytes)
        var sum = 0
        for pixel in map.indices where map[pixel] != ClassSet.void {
            pixels += 1
            sum += Int(confidence[pixel])
        }
        self.confidence += Double(sum) / 255
        return labeled.map
    }
}
