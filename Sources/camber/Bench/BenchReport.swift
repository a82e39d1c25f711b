import Files
import Foundation

/// What `camber bench` prints. Units: ms per frame.
struct BenchReport: Encodable {
    struct Times: Encodable {
        let min: Double
        let median: Double
        let p90: Double

        /// - Precondition: at least one time.
        init(_ times: [Double]) {
            let sorted = times.sorted()
            min = sorted[0]
            median = sorted[sorted.count / 2]
            p90 = sorted[Swift.min(sorted.count - 1, sorted.count * 9 / 10)]
        }
    }

    struct Training: Encodable {
        let batch: Int
        /// The median step's.
        let imagesPerSecond: Double
        /// Units: ms a batch.
        let step: Times
    }

    struct Layer: Encodable {
        let name: String
        let milliseconds: Double
        /// 10⁹ operations a second, a multiply-add counted as two; 0 for steps that are not counted.
        let gigaflops: Double
    }

    let model: String?
    let fingerprint: String?
    let width: Int
    let height: Int
    let threads: Int
    let kernels: String
    let passes: Int
    let scores: Bool
    let inference: Times
    var decode: Times?
    var preprocessing: Times?
    var outputs: Times?
    var training: Training?
    var layers: [Layer]?

    var json: String { get throws { try ReportJSON.text(self) } }

    var text: String {
        let parts = [("decode", decode), ("preprocessing", preprocessing), ("inference", inference), ("outputs", outputs)]
        var lines = [
            "\(width)x\(height), \(CountText.text(threads, "thread")), \(kernels) kernels, "
                + "\(passes) \(passes == 1 ? "pass" : "passes"), \(model ?? "random weights")",
            "", "ms per frame         min   median      p90",
        ]
        for case (let name, let times?) in parts {
            lines.append(pad(name) + [times.min, times.median, times.p90].map { String(format: "%9.2f", $0) }.joined())
        }
        lines.append(String(format: "\ninference alone: %.1f frames/s", 1000 / inference.median))
        if let training {
            lines.append(String(format: "training, batch %d: %.2f images/s", training.batch, training.imagesPerSecond))
        }
        if let layers {
            lines += ["", "step                        ms  GFLOP/s"]
            lines += layers.map {
                pad($0.name, 22) + String(format: "%8.3f", $0.milliseconds)
                    + ($0.gigaflops > 0 ? String(format: "%9.0f", $0.gigaflops) : "")
            }
        }
        return lines.joined(separator: "\n")
    }

    private func pad(_ text: String, _ width: Int = 15) -> String {
        text + String(repeating: " ", count: max(width - text.count, 1))
    }
}
