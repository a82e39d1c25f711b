import Files
import Foundation
import RoadScenes
import Video

extension ModelBundle.Training {
    /// The card, for people.
    var text: [String] {
        var run = "\(CountText.text(steps, "step")) on \(CountText.text(items, "picture")) in \(duration)"
        run += ", \(CountText.text(threads, "thread"))" + (processes > 1 ? " in each of \(processes) processes" : "")
        run += ", seed \(seed)" + (codeVersion.map { ", Camber \($0)" } ?? "")
        var ends = String(format: "loss %.4f → %.4f", firstLoss, lastLoss)
        if let firstMIoU, let lastMIoU { ends += String(format: ", mIoU %.2f → %.2f %%", firstMIoU * 100, lastMIoU * 100) }
        let numbers = recipe.filter { $0.key != "name" }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return ["\(network.rawValue), recipe \(recipe["name"] ?? "?"): \(run)", "  " + ends]
            + (parent.map { ["  from \($0)"] } ?? []) + ["  " + numbers.joined(separator: ", ")]
    }

    private var duration: String {
        let seconds = Int(nearest: seconds)
        return seconds < 3600
            ? String(format: "%d min %02d s", seconds / 60, seconds % 60)
            : String(format: "%d h %02d min", seconds / 3600, seconds / 60 % 60)
    }
}
