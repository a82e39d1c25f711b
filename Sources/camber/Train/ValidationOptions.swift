import ArgumentParser
import Errors
import Learning
import RoadScenes

/// What the segmentation network is evaluated on while it trains, in stages 1 and 3.
struct ValidationOptions: ParsableArguments {
    @Option(help: "The split that is evaluated on; 'none' evaluates nothing.") var validation = "val"

    /// - Parameter dataset: whose split it is.
    /// - Returns: nil where nothing is evaluated.
    func heldOut(of dataset: String) throws -> TrainingSet? {
        if validation == "none" { return nil }
        do throws(CamberError) {
            return try TrainingSet([Dataset(DatasetLocation(parsing: dataset), split: validation)])
        } catch {
            let advice = "--validation names the split to evaluate on while it trains; '--validation none' does without."
            throw CamberError(error.problem, remedy: [error.remedy, advice].filter { !$0.isEmpty }.joined(separator: " "))
        }
    }

    /// Says what is evaluated on and trained on.
    func tellShared(_ heldOut: TrainingSet, with learned: TrainingSet) {
        let shared = heldOut.picturesShared(with: learned)
        if shared > 0 {
            standardError(
                "\(shared) of the \(heldOut.count) pictures to evaluate on are trained on too: the mIoU says little of others.")
        }
    }
}
