import Foundation
import RoadScenes

/// Fits a calibration to what both networks said of pixels whose class is known: logistic regression by Newton's method.
package struct CalibrationFit {
    /// One pixel.
    package struct Observation: Equatable {
        /// `ConfidenceCalibration.logit` of the auxiliary network's output and of the largest class probability.
        package var auxiliary: Float
        package var topProbability: Float
        /// The predicted class.
        package var label: UInt8
        package var isRight: Bool
        /// Of the picture that it is in.
        package var picture: Int

        package init(auxiliary: Float, topProbability: Float, label: UInt8, isRight: Bool, picture: Int = 0) {
            (self.auxiliary, self.topProbability, self.label) = (auxiliary, topProbability, label)
            (self.isRight, self.picture) = (isRight, picture)
        }
    }

    private static let rounds = 25
    /// How firmly the parameters are held to the largest class probability as it is, in observations; decides where there are none.
    private static let hold = 1.0

    private let classes: Int
    private let observations: [Observation]

    package init(classes: Int, observations: [Observation]) {
        (self.classes, self.observations) = (classes, observations)
    }

    /// The calibration under which the observations are likeliest, with the thresholds of each class that they give.
    package func calibration() -> ConfidenceCalibration {
        var parameters = fit(withAuxiliary: true, withTopProbability: true)
        // More of either never means that a pixel is less likely to be right.
        if parameters[0] < 0 { parameters = fit(withAuxiliary: false, withTopProbability: true) }
        if parameters[1] < 0 { parameters = fit(withAuxiliary: true, withTopProbability: false) }
        var calibration = ConfidenceCalibration(
            auxiliary: max(0, parameters[0]), topProbability: max(0, parameters[1]), offsets: Array(parameters[2...]),
            thresholds: [])
        let chances = observations.map {
            calibration.chance(auxiliaryLogit: $0.auxiliary, topLogit: $0.topProbability, label: Int($0.label))
        }
        (calibration.thresholds, calibration.usual) = (thresholds(chances), usual(chances))
        return calibration
    }

    private func usual(_ chances: [Float]) -> Double {
        var means: [Int: (sum: Double, pixels: Int)] = [:]
        for (observation, chance) in zip(observations, chances) {
            let before = means[observation.picture] ?? (0, 0)
            means[observation.picture] = (before.sum + Double(chance), before.pixels + 1)
        }
        let sorted = means.values.map { $0.sum / Double($0.pixels) }.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 20]
    }

    /// The auxiliary network's factor, that of the largest probability, and each class's offset.
    private func fit(withAuxiliary: Bool, withTopProbability: Bool) -> [Double] {
        let count = 2 + classes
        var start = Array(repeating: 0.0, count: count)
        if withTopProbability { start[1] = 1 }
        var parameters = start
        for _ in 0..<Self.rounds {
            // Of the penalty, which keeps the matrix invertible.
            var gradient = (0..<count).map { Self.hold * (parameters[$0] - start[$0]) }
            var curvature = Array(repeating: 0.0, count: count * count)
            for index in 0..<count { curvature[index * (count + 1)] = Self.hold }
            for observation in observations {
                let own = 2 + Int(observation.label)
                let auxiliary = withAuxiliary ? Double(observation.auxiliary) : 0
                let top = withTopProbability ? Double(observation.topProbability) : 0
                let odds = parameters[0] * auxiliary + parameters[1] * top + parameters[own]
                let chance = 1 / (1 + exp(-odds))
                let (miss, weight) = (chance - (observation.isRight ? 1 : 0), chance * (1 - chance))
                gradient[0] += miss * auxiliary
                gradient[1] += miss * top
                gradient[own] += miss
                curvature[0] += weight * auxiliary * auxiliary
                curvature[1] += weight * auxiliary * top
                curvature[count + 1] += weight * top * top
                curvature[own] += weight * auxiliary
                curvature[count + own] += weight * top
                curvature[own * (count + 1)] += weight
            }
            let step = Self.solve(curvature, gradient)
            for index in parameters.indices { parameters[index] -= min(2, max(-2, step[index])) }
            if step.allSatisfy({ abs($0) < 1e-6 }) { break }
        }
        return parameters
    }

    /// Solves a symmetric, positive definite system of which the upper triangle is given, by Cholesky's method.
    private static func solve(_ matrix: [Double], _ right: [Double]) -> [Double] {
        let count = right.count
        var (lower, result) = (matrix, right)
        for column in 0..<count {
            for row in column..<count {
                var sum = matrix[column * count + row]
                for k in 0..<column { sum -= lower[row * count + k] * lower[column * count + k] }
                lower[row * count + column] = row == column ? max(sum, 1e-12).squareRoot() : sum / lower[column * (count + 1)]
            }
        }
        for row in 0..<count {
            for k in 0..<row { result[row] -= lower[row * count + k] * result[k] }
            result[row] /= lower[row * (count + 1)]
        }
        for row in (0..<count).reversed() {
            for k in row + 1..<count { result[row] -= lower[k * count + row] * result[k] }
            result[row] /= lower[row * (count + 1)]
        }
        return result
    }

    /// For each class and precision, the lowest chance from which on its pixels are right that often.
    private func thresholds(_ chances: [Float]) -> [[Double?]] {
        var pixels: [[(chance: Float, isRight: Bool)]] = Array(repeating: [], count: classes)
        for (observation, chance) in zip(observations, chances) {
            pixels[Int(observation.label)].append((chance, observation.isRight))
        }
        return pixels.map { own in
            var lowest = [Double?](repeating: nil, count: ConfidenceCalibration.precisions.count)
            let sorted = own.sorted { $0.chance > $1.chance }
            var right = 0
            for (index, pixel) in sorted.enumerated() {
                if pixel.isRight { right += 1 }
                // Pixels of one chance are kept together or not at all.
                guard index + 1 == sorted.count || sorted[index + 1].chance < pixel.chance else { continue }
                for (place, percent) in ConfidenceCalibration.precisions.enumerated()
                where right * 100 >= percent * (index + 1) {
                    lowest[place] = Double(pixel.chance)
                }
            }
            return lowest
        }
    }
}
