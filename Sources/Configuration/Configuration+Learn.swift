import RoadScenes
import Yams

extension Configuration {
    /// What `camber learn` does, and when the daemon starts it; the section `learn`.
    public struct Learn: Sendable, Equatable {
        /// What candidates are trained on besides the spool: its split `train`.
        public var labeled: DatasetLocation
        /// More of it, and how much each counts.
        public var also: [Also]
        /// What candidates are judged by, and never trained on: its split `val`.
        public var heldOut: DatasetLocation
        /// What people labeled of the road that is driven, as 'camber labels import' writes it; nil where nobody does.
        public var human: DatasetLocation?
        /// A recipe's name, or its file.
        public var recipe: String
        /// Of each of the two trainings; nil leaves them to the recipe.
        public var epochs: Int?
        /// Between two cycles that the daemon starts; nil leaves that to SIGUSR1, a timer or people.
        public var every: Duration?
        public var threads: Int
        /// Units: bytes; the learner's whole process.
        public var memory: Int
        /// With fewer frames in the spool there is no cycle.
        public var leastItems: Int
        /// Which pixels get a pseudo-label.
        public var selection: PixelSelection
        /// The gain in mIoU that a candidate needs, 0…1.
        public var margin: Double
        /// The loss in IoU that any one class may have, 0…1.
        public var classLimit: Double
        /// The loss of mIoU on held-out labels that a candidate may have which is better on the new road, 0…1.
        public var heldOutLimit: Double
        /// The folder of checkpoints; a cycle that was interrupted goes on from there.
        public var work: String

        /// Nil only if a problem was found. What the learner reads is not looked for here: a data set that is away, like a disk
        /// that is not mounted yet, must not keep the camera from running.
        init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
            let labeled = Self.dataset(section, Keys.labeled, paths)
            let heldOut = Self.dataset(section, Keys.heldOut, paths)
            let work = section.required(Keys.work, "Name the folder for checkpoints, such as /var/lib/camber/learning.")
            also = section.sections(Self.also).compactMap { Also($0, paths) }
            human = section.text(Keys.human).flatMap { Self.location($0.text, $0.node, section, paths) }
            recipe = paths.recipe(section.value(Keys.recipe), section.node(Keys.recipe))
            epochs = section.given(Keys.epochs)
            every = section.given(Keys.every)
            threads = section.value(Keys.threads)
            memory = section.value(Keys.memory)
            leastItems = section.value(Keys.leastItems)
            selection = PixelSelection(section)
            margin = section.value(Keys.margin)
            classLimit = section.value(Keys.classLimit)
            heldOutLimit = section.value(Keys.heldOutLimit)
            guard let labeled, let heldOut, let work else { return nil }
            (self.labeled, self.heldOut, self.work) = (labeled, heldOut, paths.resolve(work.text, work.node))
        }
    }
}

extension Configuration.Learn {
    /// More labeled pictures; an entry of the list `also`.
    public struct Also: Sendable, Equatable {
        public var dataset: DatasetLocation
        /// How often each of its pictures comes in an epoch.
        public var weight: Double

        /// Nil only if a problem was found.
        init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
            weight = section.value(Keys.weight)
            guard let dataset = Configuration.Learn.dataset(section, Keys.dataset, paths) else { return nil }
            self.dataset = dataset
        }

        enum Keys {
            static let dataset = ConfigurationKey(
                "dataset", .dataset, otherwise: "must be given", "The split `train`.", takesEffect: .atNextCycle)
            static let weight = ConfigurationKey(
                "weight", .weight, standard: 1,
                "How often each of its pictures comes in an epoch; of a part, a choice comes once more.",
                takesEffect: .atNextCycle)
        }
    }

    private static let also = ConfigurationReference.Section(
        "also",
        "More labeled pictures to train on, any number of these, each an entry of a list. Classes are matched by name; others are void.",
        keys: [Also.Keys.dataset, Also.Keys.weight])

    enum Keys {
        static let labeled = ConfigurationKey(
            "labeled", .dataset, otherwise: "must be given",
            "What candidates are trained on beside the spool: the split `train`.", takesEffect: .atNextCycle)
        static let heldOut = ConfigurationKey(
            "held_out", .dataset, otherwise: "must be given",
            "What candidates are judged by, and never trained on: the split `val`.", takesEffect: .atNextCycle)
        static let human = ConfigurationKey(
            "human", .dataset, otherwise: "none",
            "What people labeled of the road that is driven: what `camber labels import` writes.", takesEffect: .atNextCycle)
        static let recipe = ConfigurationKey(
            "recipe", .text("name or path"), standard: "finetune", "How candidates are trained.", takesEffect: .atNextCycle)
        static let epochs = ConfigurationKey(
            "epochs", .count(1...100_000), otherwise: "the recipe's", "Of each of the two trainings.", takesEffect: .atNextCycle)
        static let every = ConfigurationKey(
            "every", .time(.seconds(60), .seconds(90 * 86400)), otherwise: "never by itself",
            "Between two cycles that the daemon starts. Without it, SIGUSR1, a timer or a person starts them.")
        static let threads = ConfigurationKey(
            "threads", .count(1...64), standard: 1, "For training, at idle priority.", takesEffect: .atNextCycle)
        static let memory = ConfigurationKey(
            "memory", .bytes(atLeast: 100_000_000), standard: 2_000_000_000, "The most that the learner's process may take.",
            takesEffect: .atNextCycle)
        static let leastItems = ConfigurationKey(
            "least_items", .count(1...10_000_000), standard: 50, "With fewer frames in the spool there is no cycle.",
            takesEffect: .atNextCycle)
        static let margin = ConfigurationKey(
            "margin", .share, standard: 0.002, "The gain in mIoU that a candidate needs.", takesEffect: .atNextCycle)
        static let classLimit = ConfigurationKey(
            "class_limit", .share, standard: 0.02, "The loss in IoU that any one class may have.", takesEffect: .atNextCycle)
        static let heldOutLimit = ConfigurationKey(
            "held_out_limit", .share, standard: 0.005,
            "The loss in mIoU on `held_out` that a candidate may have which is better on the new road.", takesEffect: .atNextCycle
        )
        static let work = ConfigurationKey(
            "work", .path, otherwise: "must be given",
            "The folder of checkpoints, the learner's alone: a cycle that was interrupted goes on from there.",
            takesEffect: .atNextCycle)
    }

    static let section = ConfigurationReference.Section(
        "learn", "What `camber learn` does, and when the daemon starts it. Needs `registry` and `spool`.",
        keys: [
            Keys.labeled, Keys.heldOut, Keys.human, Keys.recipe, Keys.epochs, Keys.every, Keys.threads, Keys.memory,
            Keys.leastItems,
        ] + PixelSelection.Keys.all(.atNextCycle) + [Keys.margin, Keys.classLimit, Keys.heldOutLimit, Keys.work], sections: [also]
    )

    private static func dataset(_ section: ConfigurationSection, _ key: ConfigurationKey<String>, _ paths: ConfigurationPaths)
        -> DatasetLocation?
    {
        guard let (text, node) = section.required(key, "Name the labeled pictures, such as camvid:/var/lib/camber/camvid.") else {
            return nil
        }
        return location(text, node, section, paths)
    }

    private static func location(
        _ text: String, _ node: Node, _ section: ConfigurationSection, _ paths: ConfigurationPaths
    ) -> DatasetLocation? {
        do throws(SceneError) {
            let location = try DatasetLocation(parsing: text)
            return DatasetLocation(location.layout, paths.resolve(location.path, node))
        } catch {
            section.findings.add(node, error.problem, remedy: error.remedy)
            return nil
        }
    }
}
