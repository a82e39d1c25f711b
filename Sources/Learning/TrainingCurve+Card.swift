import NeuralNetwork
import RoadScenes

extension TrainingCurve {
    /// What a finished training's bundle keeps of it.
    func card(
        _ network: ModelBundle.Part, _ recipe: Recipe, items: Int, session: TrainingSession, workers: WorkerPool
    ) -> ModelBundle.Training? {
        guard let first = entries.first, let last = entries.last else { return nil }
        let scores = entries.compactMap(\.miou)
        var settings = recipe.settings(of: network)
        if session.accumulate > 1 { settings["accumulate"] = String(session.accumulate) }
        return ModelBundle.Training(
            network: network, recipe: settings, items: items, steps: last.step, seed: session.seed, threads: workers.threads,
            processes: session.ranks.count, seconds: seconds, firstLoss: first.loss, lastLoss: last.loss,
            firstMIoU: scores.first, lastMIoU: scores.last)
    }
}
