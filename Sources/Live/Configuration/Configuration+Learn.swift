import RoadScenes
import Yams

extension Configuration {
    /// What `camber learn` does, and when the daemon starts it; the section `learn`.
    public struct Learn: Sendable, Equatable {
        /// What candidates are trained on besides the spool: its split `train`.
        public var labeled: DatasetLocation
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
        public var heldOutLimit = 0.005
        /// The folder of checkpoints; a cycle that was interrupted goes on from there.
        public var work: String

        public init(
            labeled: DatasetLocation, heldOut: DatasetLocation, human: DatasetLocation? = nil, recipe: String = "finetune",
            epochs: Int? = nil, every: Duration? = nil, threads: Int = 1, memory: Int = 2_000_000_000, leastItems: Int = 50,
            selection: PixelSelection = .usual,
            margin: Double = 0.002, classLimit: Double = 0.02, work: String
        ) {
            (self.labeled, self.heldOut, self.human, self.recipe) = (labeled, heldOut, human, recipe)
            (self.epochs, self.every, self.threads, self.memory, self.leastItems) = (epochs, every, threads, memory, leastItems)
            (self.selection, self.margin, self.classLimit, self.work) = (selection, margin, classLimit, work)
        }
    }
}

extension Configuration.Learn {
    /// Nil only if a problem was found. What the learner reads is not looked for here: a data set that is away, like a disk
    /// that is not mounted yet, must not keep the camera from running.
    init?(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
        let labeled = Self.dataset(section, "labeled", paths)
        let heldOut = Self.dataset(section, "held_out", paths)
        let work = section.required("work", "Name the folder for checkpoints, such as /var/lib/camber/learning.")
        let missing = DatasetLocation(.folder, "")
        self.init(
            labeled: labeled ?? missing, heldOut: heldOut ?? missing, work: work.map { paths.resolve($0.text) } ?? "")
        human = section.text("human").flatMap { Self.location($0.text, $0.node, section, paths) }
        recipe = section.text("recipe").map { paths.recipe($0.text) } ?? recipe
        epochs = section.count("epochs", in: 1...100_000)
        every = section.time("every", from: .seconds(60), to: .seconds(90 * 86400))
        threads = section.count("threads", in: 1...64) ?? threads
        memory = section.bytes("memory", from: 100_000_000) ?? memory
        leastItems = section.count("least_items", in: 1...10_000_000) ?? leastItems
        selection = PixelSelection(section)
        margin = section.share("margin") ?? margin
        classLimit = section.share("class_limit") ?? classLimit
        heldOutLimit = section.share("held_out_limit") ?? heldOutLimit
        section.reportUnknownKeys()
        if labeled == nil || heldOut == nil || work == nil { return nil }
    }

    private static func dataset(_ section: ConfigurationSection, _ key: String, _ paths: ConfigurationPaths) -> DatasetLocation? {
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
            return DatasetLocation(location.layout, paths.resolve(location.path))
        } catch {
            section.findings.add(node, error.problem, remedy: error.remedy)
            return nil
        }
    }
}
