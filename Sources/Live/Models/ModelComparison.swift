import Configuration
import RoadScenes
import Video

/// Compares a new model with the one in use on a frame that was just labeled, before it may take its place.
///
/// Threading: one thread, not the loop's.
public struct ModelComparison {
    /// On how many pixels of the frame a new model must agree with the old one: far below what better models do.
    public static let leastAgreement = 0.3

    /// Why the candidate must not run; nil where nothing speaks against it.
    ///
    /// - Parameter sample: nil where no frame comes; what it would show is then left to probation.
    public static func refusal(
        of candidate: any FrameSegmenter, insteadOf incumbent: any FrameSegmenter, on sample: FrameSampler.Sample?
    ) -> String? {
        if candidate.classes.names != incumbent.classes.names { return "it has other classes than the model in use" }
        if candidate.width != incumbent.width || candidate.height != incumbent.height {
            return "it sees \(candidate.width)x\(candidate.height) pixels, not \(incumbent.width)x\(incumbent.height)"
        }
        if incumbent.judge != nil && candidate.judge == nil { return "its auxiliary network is not trained" }
        let frame = sample?.picture ?? RGBImage(width: candidate.width, height: candidate.height)
        let result = Segmentation(
            size: .init(height: candidate.height, width: candidate.width), classes: candidate.classes.count,
            withTopProbability: false, withProbabilities: true)
        let map = GrayImage(width: candidate.width, height: candidate.height)
        candidate.label(frame, into: map, certainty: nil, confidence: nil, details: result)
        if result.probabilities?.allSatisfy(\.isFinite) == false { return "its class probabilities are no numbers" }
        if let judge = candidate.judge {
            judge.estimate(result, into: map)
            if !judge.isFinite { return "its confidence is no number" }
        }
        return sample.flatMap { difference(of: result.classMap, from: $0.classMap) }
    }

    private static func difference(of map: GrayImage, from other: GrayImage) -> String? {
        if other.bytes.allSatisfy({ $0 == ClassSet.void }) { return nil }
        if largestShare(map) >= GateLook.collapsedShare, largestShare(other) < GateLook.collapsedShare {
            return "it gives nearly all of a frame one class"
        }
        let (first, second) = (map.bytes, other.bytes)
        // What is hidden is void in the other one.
        let visible = second.indices.filter { second[$0] != ClassSet.void }
        let same = visible.count { first[$0] == second[$0] }
        let agreement = Double(same) / Double(max(1, visible.count))
        return agreement < leastAgreement
            ? "it agrees with the model in use on \(ShareText.text(agreement)) of a frame, less than "
                + "\(ShareText.text(leastAgreement))" : nil
    }

    private static func largestShare(_ map: GrayImage) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for label in map.bytes { counts[Int(label)] += 1 }
        return Double(counts[..<Int(ClassSet.void)].max() ?? 0) / Double(max(1, map.bytes.count - counts[Int(ClassSet.void)]))
    }
}
