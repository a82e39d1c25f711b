import Files
import RoadScenes
import Store
import Video

extension LearningCycle {
    /// Labeled pictures that are to be learned from.
    private struct Part {
        /// What names them in the configuration.
        let key: String
        let dataset: Dataset
        /// What nothing in them may be like.
        let judges: HeldOutPictures
        /// When each was taken, as far as that matters: the makers of data sets split by drive or by frame, and only what looks the same is
        /// too much.
        var moment: (Dataset.Item) -> DriveMoment? = { _ in nil }
    }

    /// Labeled pictures that are looked at before a cycle, each once, however much it counts: held out, and to learn from.
    var labeledCount: Int {
        ([plan.heldOut] + plan.labeledSets.map(\.dataset) + [plan.human?.learned].compactMap(\.self)).pictures
    }

    /// What a person held out judges too: nothing like it may be learned from.
    func addHumanLabels(to heldOut: inout HeldOutPictures) throws {
        for other in [plan.human?.learned].compactMap(\.self) + plan.also.map(\.dataset)
        where other.classes.names != plan.labeled.classes.names {
            throw LearningError(
                "\(other.location) and \(plan.labeled.location) have different classes.",
                remedy: "'camber labels import' takes over the classes of the model that labeled the frames.")
        }
        guard let human = plan.human else { return }
        for item in human.heldOut.items {
            heldOut.add(item, try human.heldOut.load(item).image, human.origins[item.name])
        }
    }

    /// What people labeled is dealt out by stretches of road already; only what is held out besides judges it.
    private func parts(_ named: HeldOutPictures, _ all: HeldOutPictures) -> [Part] {
        let sets =
            [Part(key: "learn.labeled", dataset: plan.labeled, judges: all)]
            + plan.also.map { Part(key: "learn.also", dataset: $0.dataset, judges: all) }
        guard let human = plan.human else { return sets }
        return sets + [Part(key: "learn.human", dataset: human.learned, judges: named) { human.moment(of: $0) }]
    }

    /// Compares paths and pixels: a copy under another name is the same picture.
    ///
    /// - Parameters:
    ///   - named: what `learn.held_out` names.
    ///   - all: with what people labeled to judge by.
    /// - Returns: the labeled pictures that are too much like held-out ones, by name, with the reason.
    /// - Throws: where one is a held-out picture itself, its labels cannot be read, or none is left.
    func refusedLabels(
        named: HeldOutPictures, all: HeldOutPictures, _ progress: (Progress) -> Void
    ) throws -> [String: String] {
        let paths = Set(plan.heldOut.items.map { FileID.resolved($0.image) })
        var (refused, done): ([String: String], Int) = ([:], plan.heldOut.items.count)
        for part in parts(named, all) {
            for item in part.dataset.items {
                let image = try ImageFile.readRGB(item.image)
                // Now, rather than after hours of labeling, and of training up to its turn.
                _ = try part.dataset.maps(item, of: image)
                let same = part.judges.same(as: image)
                guard same == nil, !paths.contains(FileID.resolved(item.image)) else { throw Self.overlap(item, same, part.key) }
                if let reason = part.judges.refusal(of: image, taken: part.moment(item)) {
                    refused[Self.title(item, of: part.dataset)] = reason
                }
                done += 1
                try step(.collecting, done, labeledCount, progress)
            }
        }
        let isLeft = plan.labeledSets.contains { part in
            part.dataset.items.contains { refused[Self.title($0, of: part.dataset)] == nil }
        }
        guard isLeft else {
            throw LearningError(
                "Every picture of \(plan.labeled.location) is nearly one of \(plan.heldOut.location), which models are judged by.",
                remedy: "Hold out whole drives that learn.labeled has nothing of.")
        }
        return refused
    }

    private static func overlap(_ item: Dataset.Item, _ same: String?, _ key: String) -> LearningError {
        LearningError(
            "\(item.image) is to be trained on, and it is held out to judge by\(same.map { " as \($0)" } ?? "").",
            remedy: "Take it out of \(key) or of learn.held_out: who learns the answers has not learned the subject.")
    }
}
