import Foundation
import Learning
import NeuralNetwork
import RoadScenes
import Testing

struct CalibrationFitTests {
    /// Pixels whose chance of being right is the one that the parameters give.
    private static func observations(
        _ count: Int, auxiliary: Double, topProbability: Double, offsets: [Double]
    ) -> [CalibrationFit.Observation] {
        var random = SplitMix64(seed: 5, 0, 0)
        return (0..<count).map { number in
            let label = number % offsets.count
            let (a, m) = (random.uniform(-3, 3), random.uniform(-1, 5))
            let chance = 1 / (1 + exp(-(auxiliary * Double(a) + topProbability * Double(m) + offsets[label])))
            return CalibrationFit.Observation(
                auxiliary: a, topProbability: m, label: UInt8(label), isRight: Double(random.uniform(0, 1)) < chance)
        }
    }

    @Test func parametersThatMadeThePixelsAreFound() {
        let fit = CalibrationFit(
            classes: 3,
            observations: Self.observations(60_000, auxiliary: 0.4, topProbability: 0.8, offsets: [0.5, -1, 0]))
        let found = fit.calibration()
        #expect(abs(found.auxiliary - 0.4) < 0.03 && abs(found.topProbability - 0.8) < 0.03)
        #expect(zip(found.offsets, [0.5, -1, 0]).allSatisfy { abs($0 - $1) < 0.06 })
    }

    @Test func whatTellsNothingHasNoPart() {
        // The more the auxiliary network trusts a pixel, the less often it is right.
        let fit = CalibrationFit(
            classes: 2, observations: Self.observations(20_000, auxiliary: -0.5, topProbability: 1, offsets: [0, 0]))
        let found = fit.calibration()
        #expect(found.auxiliary == 0 && found.topProbability > 0.5)
    }

    @Test func thresholdsKeepTheWantedPrecision() {
        let observations = Self.observations(60_000, auxiliary: 0.4, topProbability: 0.8, offsets: [0.5, -2, 0])
        let calibration = CalibrationFit(classes: 3, observations: observations).calibration()
        for wanted in [0.8, 0.9, 0.95] {
            let thresholds = calibration.thresholds(forPrecision: wanted)
            for label in 0..<3 {
                let kept = observations.filter {
                    guard Int($0.label) == label, let threshold = thresholds[label] else { return false }
                    let odds =
                        calibration.auxiliary * Double($0.auxiliary) + calibration.topProbability * Double($0.topProbability)
                        + calibration.offsets[label]
                    return 1 / (1 + exp(-odds)) >= threshold
                }
                let right = Double(kept.filter(\.isRight).count) / Double(kept.count)
                #expect(
                    kept.count > 300 && right >= wanted - 0.01 && right < wanted + 0.06, "class \(label), \(wanted): \(right)")
            }
        }
    }

    @Test func aClassThatIsNeverRightIsNeverSelected() {
        var observations = Self.observations(4000, auxiliary: 0.4, topProbability: 0.8, offsets: [0.5, 0])
        for index in observations.indices where observations[index].label == 1 { observations[index].isRight = false }
        let calibration = CalibrationFit(classes: 3, observations: observations).calibration()
        let thresholds = calibration.thresholds(forPrecision: 0.9)
        #expect(thresholds[0] != nil && thresholds[1] == nil)
        // A class that never occurred is not selected either: nothing is known of it.
        #expect(thresholds[2] == nil)
        let label = PixelSelection(threshold: 0, precision: 0.9).pseudoLabel(calibration)
        #expect(!label.selects(255, of: 1) && label.selects(255, of: 0))
    }
}
