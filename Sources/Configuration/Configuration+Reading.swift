import Errors
import Files
import Foundation
import NeuralNetwork
import RoadScenes
import Yams

extension Configuration {
    /// Units: bytes; a configuration larger than this is some other file.
    private static let largestFile = 64 * 1024

    /// Each has a thread and frames of its own.
    private static let mostOutputs = 16

    /// Reads and checks a file. Relative paths in it start from its folder.
    ///
    /// - Parameters:
    ///   - outputsMayWait: whether outputs that cannot be written now are left in `unwritable`.
    ///   - filesMayWait: whether a recording, a bundle or a token may be missing: only who runs the daemon needs them.
    /// - Throws: everything that is wrong with it, at once.
    public init(
        contentsOf file: String, outputsMayWait: Bool = false, filesMayWait: Bool = false
    ) throws(ConfigurationError) {
        let text: String
        do throws(CamberError) {
            text = try ConfigurationFile.text(file, atMost: Self.largestFile)
        } catch {
            throw ConfigurationError(file: file, problems: [.init(text: "The file \(error.problem)", remedy: error.remedy)])
        }
        try self.init(yaml: text, file: file, outputsMayWait: outputsMayWait, filesMayWait: filesMayWait)
    }

    /// Reads and checks a text; `file` names it in problems and is where relative paths start.
    public init(
        yaml: String, file: String, outputsMayWait: Bool = false, filesMayWait: Bool = false
    ) throws(ConfigurationError) {
        let findings = ConfigurationSection.Findings()
        var result: Configuration?
        if let root = try Self.compose(yaml, file) {
            result = ConfigurationSection(root, path: "", declared: Self.section, findings: findings).flatMap {
                Self.read($0, file)
            }
        } else {
            findings.add(nil, "The file is empty.", remedy: ConfigurationReference.example)
        }
        let problems =
            findings.problems.filter { !(filesMayWait && $0.mayHeal) } + (outputsMayWait ? [] : findings.unwritable)
        guard problems.isEmpty, let result else { throw ConfigurationError(file: file, problems: problems) }
        self = result
    }

    private static func compose(_ yaml: String, _ file: String) throws(ConfigurationError) -> Node? {
        do throws(BoundedYAML.Problem) {
            return try BoundedYAML.compose(yaml)
        } catch {
            throw ConfigurationError(file: file, problems: [.init(line: error.line, text: error.text, remedy: error.remedy)])
        }
    }

    /// Nil only if a problem was found.
    private static func read(_ root: ConfigurationSection, _ file: String) -> Configuration? {
        let paths = ConfigurationPaths(file: file, findings: root.findings)
        let given = root.section(Source.section)
        if !root.isGiven(Source.section) {
            root.reportMissingKey(Source.section.name, "Add 'source:' with a 'location:' below it.")
        }
        let source = given.flatMap { Source($0, paths) }
        let (model, registry) = readModels(root, paths)
        let learning = readLearning(root, paths, registry)
        let status = root.section(statusSection)?.text(Keys.socket)
        let socket =
            status.map { $0.text == "none" ? nil : paths.socket($0.text, $0.node) } ?? StatusSocketPath.standard(of: file)
        let outputs = readOutputs(root, paths, source)
        guard let source else { return nil }
        return Configuration(
            file: file, source: source, model: model, registry: registry, probation: root.value(Keys.probation),
            gate: learning.gate,
            spool: learning.spool, learn: learning.learn, size: root.given(Keys.size), steady: root.value(Keys.steady),
            rate: root.given(Keys.rate), threads: root.given(Keys.threads) ?? UsableProcessors.count,
            outputs: outputs, position: root.section(Position.section).map { Position($0) },
            statusSocket: socket, dashboard: root.section(Dashboard.section).map { Dashboard($0, paths) },
            logLevel: root.section(logSection)?.value(Keys.level) ?? .info, given: root.findings.given,
            unwritable: root.findings.unwritable)
    }

    private static func readOutputs(_ root: ConfigurationSection, _ paths: ConfigurationPaths, _ source: Source?) -> [Output] {
        let sections = root.sections(Output.section)
        if sections.count > mostOutputs {
            root.findings.add(nil, "'outputs' has \(sections.count) entries; there can be \(mostOutputs).")
        }
        var outputs: [Output] = []
        for section in sections.prefix(mostOutputs) {
            guard let output = Output(section, paths) else { continue }
            let file = section.node(Output.Keys.file)
            // An event's file may become an MKV.
            func isShared(_ other: Output) -> Bool {
                func stem(_ output: Output) -> String { (output.file as NSString).deletingPathExtension }
                return FileID.areSame(other.file, output.file)
                    || ((other.kind == .event || output.kind == .event)
                        && FileID.areSame(stem(other) + ".mkv", stem(output) + ".mkv"))
            }
            if outputs.contains(where: isShared) {
                root.findings.add(file, "Two outputs write \(output.file).", remedy: "Give each a file of its own.")
            }
            if let source, FileID.areSame(source.location, output.file) {
                root.findings.add(file, "\(output.file) is the source.", remedy: "Name another file to write.")
            }
            if output.kind == .event, let source, let reason = source.whyWithoutPackets {
                root.findings.add(
                    file, "An 'event' keeps the camera's own video, and \(source.location) \(reason).",
                    remedy: "Leave this output out, or name a camera, a stream or a video as the source.")
            }
            if output.event?.unfamiliar == true, root.section(Gate.section) == nil {
                root.findings.add(
                    file, "'unfamiliar' needs 'gate', which is not there.",
                    remedy: "The gate's second network tells which roads the model knows; add 'gate:' and 'spool:'.")
            }
            outputs.append(output)
        }
        return outputs
    }

    private static func readModels(_ root: ConfigurationSection, _ paths: ConfigurationPaths) -> (
        model: String?, registry: String?
    ) {
        let registry = root.text(Keys.registry).map { paths.resolve($0.text, $0.node) }
        let model =
            registry == nil
            ? root.required(Keys.model, "Name the bundle to run, or with 'registry:' the folder of the numbered ones.")
            : root.text(Keys.model)
        // A registry that has a model needs no other to start with.
        let isNeeded = registry.map { access("\($0)/current", R_OK) != 0 } ?? true
        let file = model.map { paths.bundle($0.text, $0.node, isNeeded: isNeeded) }
        return (file, registry)
    }

    private static func readLearning(
        _ root: ConfigurationSection, _ paths: ConfigurationPaths, _ registry: String?
    ) -> (gate: Gate?, spool: Spool?, learn: Learn?) {
        let spool = root.section(Spool.section)
        let gate = root.section(Gate.section)
        let learn = root.section(Learn.section)
        if spool == nil, let user = gate ?? learn {
            user.reportMissing(
                "spool", "Add 'spool:' with the 'folder:' for the frames that the gate keeps and the learner uses.")
        }
        if let learn, registry == nil {
            learn.reportMissing("registry", "Add 'registry:' with the folder for the models that the learner makes.")
        }
        let (kept, learner) = (spool.flatMap { Spool($0, paths) }, learn.flatMap { Learn($0, paths) })
        checkOverlaps(
            registry: registry, spool: kept, learn: learner, work: learn?.node(Learn.Keys.work),
            folder: spool?.node(Spool.Keys.folder), root.findings)
        return (gate.map { Gate($0) }, kept, learner)
    }
}
