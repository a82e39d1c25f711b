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
    /// - Throws: everything that is wrong with it, at once.
    public init(contentsOf file: String) throws(ConfigurationError) {
        let text: String
        do throws(LiveError) {
            text = try ConfigurationFile.text(file, atMost: Self.largestFile)
        } catch {
            throw ConfigurationError(file: file, problems: [.init(text: "The file \(error.problem)", remedy: error.remedy)])
        }
        try self.init(yaml: text, file: file)
    }

    /// Reads and checks a text; `file` names it in problems and is where relative paths start.
    public init(yaml: String, file: String) throws(ConfigurationError) {
        let findings = ConfigurationSection.Findings()
        var result: Configuration?
        if let root = try Self.compose(yaml, file) {
            result = ConfigurationSection(root, path: "", findings: findings).flatMap { Self.read($0, file) }
        } else {
            findings.add(nil, "The file is empty.", remedy: "'configs/' holds examples.")
        }
        guard findings.problems.isEmpty, let result else {
            throw ConfigurationError(file: file, problems: findings.problems)
        }
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
        let source = root.section("source").flatMap { readSource($0, paths) }
        if source == nil { _ = root.required("source", "Add 'source:' with a 'location:' below it.") }
        let models = readModels(root, paths)
        let size = root.value(
            "size",
            "a size such as 480x360, sides from \(ModelBundle.inputSides.lowerBound) to \(ModelBundle.inputSides.upperBound)",
            readSize)
        let rate = root.value("fps", rateText, readRate)
        let steady = root.choice("steady", [("true", true), ("false", false)])
        let threads = root.count("threads", in: 1...64)
        var outputs: [Output] = []
        let sections = root.sections("outputs")
        if sections.count > mostOutputs {
            root.findings.add(nil, "'outputs' has \(sections.count) entries; there can be \(mostOutputs).")
        }
        for section in sections.prefix(mostOutputs) {
            guard let output = readOutput(section, paths) else { continue }
            if outputs.contains(where: { FileID.areSame($0.file, output.file) }) {
                root.findings.add(
                    section.text("file")?.node, "Two outputs write \(output.file).", remedy: "Give each a file of its own.")
            }
            if let source, FileID.areSame(source.location, output.file) {
                root.findings.add(
                    section.text("file")?.node, "\(output.file) is the source.", remedy: "Name another file to write.")
            }
            outputs.append(output)
        }
        let socket = readStatus(root, paths)
        let dashboard = root.section("dashboard").map { Dashboard($0, paths) }
        let learning = readLearning(root, paths, hasRegistry: models.registry != nil)
        let logging = root.section("log")
        let level = logging?.choice("level", LogLevel.allCases.map { ($0.rawValue, $0) })
        logging?.reportUnknownKeys()
        root.reportUnknownKeys()
        guard let source else { return nil }
        return Configuration(
            file: file, source: source, model: models.model, registry: models.registry, probation: models.probation,
            gate: learning.gate, spool: learning.spool, learn: learning.learn, size: size, steady: steady ?? true, rate: rate,
            threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, outputs: outputs, statusSocket: socket,
            dashboard: dashboard, logLevel: level ?? .info)
    }

    private static func readModels(
        _ root: ConfigurationSection, _ paths: ConfigurationPaths
    ) -> (model: String?, registry: String?, probation: Duration) {
        let registry = root.text("registry").map { paths.resolve($0.text) }
        let probation = root.time("probation", from: .seconds(1), to: .seconds(86400)) ?? .seconds(600)
        let model: (text: String, node: Node)?
        if registry == nil {
            model = root.required("model", "Name the bundle to run, or with 'registry:' the folder of the numbered ones.")
        } else {
            model = root.text("model")
        }
        // A registry that has a model needs no other to start with.
        let isNeeded = registry.map { access("\($0)/current", R_OK) != 0 } ?? true
        let file = model.map { isNeeded ? paths.existing($0.text, $0.node, what: "bundle") : paths.resolve($0.text) }
        return (file, registry, probation)
    }

    private static func readLearning(
        _ root: ConfigurationSection, _ paths: ConfigurationPaths, hasRegistry: Bool
    ) -> (gate: Gate?, spool: Spool?, learn: Learn?) {
        let spool = root.section("spool")
        let gate = root.section("gate")
        let learn = root.section("learn")
        if spool == nil, let user = gate ?? learn {
            user.reportMissing(
                "spool", "Add 'spool:' with the 'folder:' for the frames that the gate keeps and the learner uses.")
        }
        if let learn, !hasRegistry {
            learn.reportMissing("registry", "Add 'registry:' with the folder for the models that the learner makes.")
        }
        return (gate.map { Gate($0) }, spool.flatMap { Spool($0, paths) }, learn.flatMap { Learn($0, paths) })
    }

    private static func readSource(_ section: ConfigurationSection, _ paths: ConfigurationPaths) -> Source? {
        let location = section.required("location", "Name a file, a folder of images, a device such as /dev/video0, or a URL.")
        let pace = section.choice("pace", [("every-frame", Pace.everyFrame), ("source", .source)])
        let repeats = section.choice("repeat", [("true", true), ("false", false)])
        let after = section.time("reconnect_after", from: .milliseconds(10), to: .seconds(3600)) ?? .milliseconds(500)
        let atMost = section.time("reconnect_at_most", from: .milliseconds(10), to: .seconds(3600)) ?? .seconds(30)
        let stall = section.time("stall_timeout", from: .milliseconds(100), to: .seconds(3600)) ?? .seconds(5)
        let stream = section.count("stream", in: 1...64)
        let rate = section.value("rate", rateText, readRate)
        let frozen = section.value("frozen_after", "a time from 1s to 1h, or 'none'", readFrozen)
        let ignored = readIgnored(section, paths)
        let camera = section.section("camera")
        let deviceSize = camera?.value("size", "a size such as 1280x720", readSize)
        let deviceRate = camera?.value("fps", rateText, readRate)
        let format = camera?.text("format")?.text
        camera?.reportUnknownKeys()
        section.reportUnknownKeys()
        guard let location else { return nil }
        return Source(
            location: paths.source(location.text, location.node), pace: pace, repeats: repeats ?? false,
            reconnectAfter: after, reconnectAtMost: max(after, atMost), stallTimeout: stall,
            stream: stream, rate: rate, frozenAfter: frozen ?? .seconds(10), ignored: ignored, deviceSize: deviceSize,
            deviceRate: deviceRate,
            deviceFormat: format)
    }

    private static func readIgnored(_ section: ConfigurationSection, _ paths: ConfigurationPaths) -> [IgnoredArea] {
        section.texts("ignore").compactMap { text in
            do throws(LiveError) {
                return try IgnoredArea(text) { paths.resolve($0) }
            } catch {
                section.findings.add(section.find("ignore"), "'source.ignore': \(error.problem)", remedy: error.remedy)
                return nil
            }
        }
    }

    private static func readOutput(_ section: ConfigurationSection, _ paths: ConfigurationPaths) -> Output? {
        let kinds = Output.Kind.allCases.map { ($0.rawValue, $0) }
        let hasKind = section.required("kind", "It is one of \(kinds.map(\.0).joined(separator: ", ")).") != nil
        let kind = hasKind ? section.choice("kind", kinds) : nil
        let file = section.required("file", "Name the file to write.")
        let segment = section.time("segment", from: .seconds(1), to: .seconds(86400))
        let every = section.time("every", from: .milliseconds(50), to: .seconds(3600)) ?? .seconds(1)
        let limits = RecordingLimits(
            size: section.bytes("size", from: 1_000_000), age: section.time("age", from: .seconds(1), to: .seconds(315_360_000)),
            keepFree: section.bytes("keep_free", from: 0))
        let uncertainty = section.choice("uncertainty", [("true", true), ("false", false)]) ?? false
        section.reportUnknownKeys()
        guard let kind, let file else { return nil }
        if !limits.isEmpty, segment == nil || kind == .picture {
            section.findings.add(
                file.node, "'size', 'age' and 'keep_free' remove old files, and \(file.text) is only one.",
                remedy: kind == .picture ? "Leave them out." : "Add 'segment:', such as 10m.")
        }
        if uncertainty, kind != .overlay, kind != .picture {
            section.findings.add(
                file.node, "'uncertainty' hatches an overlay, and \(file.text) is none.", remedy: "Leave it out.")
        }
        return Output(
            kind: kind, file: paths.output(file.text, file.node, kind), segment: segment, every: every, limits: limits,
            uncertainty: uncertainty)
    }

    /// The socket's path; nil where it is switched off.
    private static func readStatus(_ root: ConfigurationSection, _ paths: ConfigurationPaths) -> String? {
        guard let section = root.section("status") else { return StatusSocketPath.standard() }
        defer { section.reportUnknownKeys() }
        guard let (text, node) = section.text("socket") else { return StatusSocketPath.standard() }
        return text == "none" ? nil : paths.socket(text, node)
    }

    private static func readSize(_ text: String) -> Graph.Size? {
        guard let size = Graph.Size(widthByHeight: text) else { return nil }
        let sides = ModelBundle.inputSides
        return sides.contains(size.width) && sides.contains(size.height) ? size : nil
    }

    /// Zero for never.
    private static func readFrozen(_ text: String) -> Duration? {
        if text == "none" { return .zero }
        return Duration(text: text).flatMap { (.seconds(1) ... .seconds(3600)).contains($0) ? $0 : nil }
    }

    private static let rates = 0.001...1000.0
    private static let rateText = "a number of frames per second, from 0.001 to 1000"

    private static func readRate(_ text: String) -> Double? {
        Double(text).flatMap { rates.contains($0) ? $0 : nil }
    }
}
