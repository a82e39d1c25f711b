import RoadScenes
import Video
import Yams

/// One mapping of a YAML file, read by its declared keys; any other is unknown.
///
/// Threading: one thread.
final class ConfigurationSection {
    /// Collects what is wrong, and what is given, across all sections of a file.
    final class Findings {
        var problems: [ConfigurationError.Problem] = []
        /// What outputs cannot be written for now; their disk may come later.
        var unwritable: [ConfigurationError.Problem] = []
        /// For the disk of an output. Units: seconds; once one hangs, the others on it are not waited for too.
        var patience = 5.0
        /// What the file says of each key that it has, by its path such as `gate.every`; keys with their standard value are not there.
        var given: [String: String] = [:]

        func add(_ node: Node?, _ text: String, remedy: String = "", mayHeal: Bool = false) {
            problems.append(.init(line: node?.mark?.line, text: text, remedy: remedy, mayHeal: mayHeal))
        }

        func addUnwritable(_ node: Node?, _ text: String, remedy: String) {
            unwritable.append(.init(line: node?.mark?.line, text: text, remedy: remedy))
        }
    }

    /// Where it is in the file, such as `source.`; empty at the top.
    private let path: String
    private let node: Node
    private let entries: [(key: Node, value: Node)]
    private let known: [String]
    let findings: Findings

    /// Reports the keys that are not declared.
    init?(_ node: Node, path: String, declared: ConfigurationReference.Section, findings: Findings) {
        guard let mapping = node.mapping else {
            let name = path.isEmpty ? "the file" : "'\(path)'"
            findings.add(
                node, "\(name) is \(Self.kind(of: node)), not a list of 'key: value' lines.",
                remedy: path.isEmpty
                    ? ConfigurationReference.example
                    : declared.names.first.map { "They stand below it and further in, such as '\($0):'." } ?? "")
            return nil
        }
        (self.path, self.node, self.findings) = (path.isEmpty ? "" : path + ".", node, findings)
        entries = mapping.map { ($0.key, $0.value) }
        known = declared.names
        reportUnknownKeys()
    }

    /// The value as text; nil where the key is missing or is no single value.
    func text<Value>(_ key: ConfigurationKey<Value>) -> (text: String, node: Node)? {
        guard let node = find(key.name) else { return nil }
        guard let scalar = node.scalar else {
            findings.add(node, "'\(path)\(key.name)' is \(Self.kind(of: node)), not a single value.")
            return nil
        }
        if scalar.string.isEmpty || (node.null != nil && scalar.style == .plain) {
            findings.add(node, "'\(path)\(key.name)' has no value.", remedy: "Give one, or leave the line out.")
            return nil
        }
        findings.given[path + key.name] = scalar.string
        return (scalar.string, node)
    }

    /// The value that is given; nil where none is, or a wrong one.
    func given<Value>(_ key: ConfigurationKey<Value>) -> Value? {
        guard let (text, node) = text(key) else { return nil }
        guard let value = key.kind.parse(text) else {
            let words = key.kind.words
            let nearest = NearestName.of(text, among: words).map { "Did you mean '\($0)'? " } ?? ""
            let remedy = words.isEmpty ? "It must be \(key.kind.expected)." : "\(nearest)It is \(key.kind.expected)."
            findings.add(node, "'\(path)\(key.name)' is '\(Self.shown(text))'.", remedy: remedy)
            return nil
        }
        if value == key.standard { findings.given[path + key.name] = nil }
        return value
    }

    /// The value that is given, else the standard one.
    func value<Value>(_ key: ConfigurationKey<Value>) -> Value {
        guard let standard = key.standard else { preconditionFailure("\(path)\(key.name) has no standard value") }
        return given(key) ?? standard
    }

    /// Like `text`; a missing key is a problem.
    func required<Value>(_ key: ConfigurationKey<Value>, _ remedy: String) -> (text: String, node: Node)? {
        if find(key.name) == nil {
            reportMissingKey(key.name, remedy)
            return nil
        }
        return text(key)
    }

    func reportMissingKey(_ name: String, _ remedy: String) {
        let owner = path.isEmpty ? "the file" : "'\(path.dropLast())'"
        findings.add(node, "\(owner) has no '\(name)'.", remedy: remedy)
    }

    /// Says that this section needs another one, at the top of the file.
    func reportMissing(_ key: String, _ remedy: String) {
        findings.add(node, "'\(path.dropLast())' needs '\(key)', which is not there.", remedy: remedy)
    }

    func isGiven(_ declared: ConfigurationReference.Section) -> Bool { find(declared.name) != nil }

    func section(_ declared: ConfigurationReference.Section) -> ConfigurationSection? {
        find(declared.name).flatMap {
            ConfigurationSection($0, path: path + declared.name, declared: declared, findings: findings)
        }
    }

    /// The sections of a list.
    func sections(_ declared: ConfigurationReference.Section) -> [ConfigurationSection] {
        guard let node = find(declared.name) else { return [] }
        guard let sequence = node.sequence else {
            findings.add(
                node, "'\(path)\(declared.name)' is \(Self.kind(of: node)), not a list.", remedy: "Start each entry with '- '.")
            return []
        }
        return sequence.enumerated().compactMap { index, entry in
            ConfigurationSection(entry, path: "\(path)\(declared.name)[\(index + 1)]", declared: declared, findings: findings)
        }
    }

    /// The single values of a list; empty where the key is missing.
    func texts(_ key: ConfigurationKey<[String]>) -> [String] {
        guard let node = find(key.name) else { return [] }
        guard let sequence = node.sequence else {
            findings.add(node, "'\(path)\(key.name)' is \(Self.kind(of: node)), not a list.", remedy: "Write [one, another].")
            return []
        }
        let texts = sequence.compactMap { entry -> String? in
            if let scalar = entry.scalar, !scalar.string.isEmpty { return scalar.string }
            findings.add(entry, "An entry of '\(path)\(key.name)' is \(Self.kind(of: entry)), not a single value.")
            return nil
        }
        if !texts.isEmpty { findings.given[path + key.name] = key.kind.text(texts) }
        return texts
    }

    /// Shares by class name; empty where the key is missing.
    func shares(_ key: ConfigurationKey<[ClassLimit]>) -> [ClassLimit] {
        guard let node = find(key.name) else { return [] }
        let remedy = "Write '\(key.name): {pedestrian: 5%}'."
        guard let mapping = node.mapping else {
            findings.add(node, "'\(path)\(key.name)' is \(Self.kind(of: node)), not a share for each class.", remedy: remedy)
            return []
        }
        let limits = mapping.compactMap { name, value -> ClassLimit? in
            let share = value.scalar.flatMap { ShareText.share($0.string) }
            guard let name = name.scalar?.string, let share, share > 0 else {
                findings.add(value, "An entry of '\(path)\(key.name)' is no class with a share above 0.", remedy: remedy)
                return nil
            }
            return ClassLimit(name: name, share: share)
        }
        if !limits.isEmpty { findings.given[path + key.name] = key.kind.text(limits) }
        return limits
    }

    private func reportUnknownKeys() {
        for entry in entries {
            let key = entry.key.scalar?.string ?? "?"
            if known.contains(key) { continue }
            let nearest = NearestName.of(key, among: known)
            findings.add(
                entry.key, "'\(path)\(Self.shown(key))' is not known.",
                remedy: nearest.map { "Did you mean '\(path)\($0)'?" } ?? "Known are \(known.joined(separator: ", ")).")
        }
    }

    /// The first of these keys that the file has; nil where it has none.
    func given(among keys: [any ConfigurationKeyDescription]) -> String? {
        keys.first { key in entries.contains { $0.key.scalar?.string == key.name } }?.name
    }

    /// The place of a key in the file, for problems that concern several.
    func node<Value>(_ key: ConfigurationKey<Value>) -> Node? { find(key.name) }

    private func find(_ key: String) -> Node? {
        precondition(known.contains(key), "\(path)\(key) is not declared")
        return entries.first { $0.key.scalar?.string == key }?.value
    }

    /// A value of the file as messages name it: an address may stand where none belongs, with its password.
    private static func shown(_ text: String) -> String { String(PublicAddress.textOfMissing(text).prefix(60)) }

    private static func kind(of node: Node) -> String {
        switch node {
        case .mapping: "a list of 'key: value' lines"
        case .sequence: "a list"
        case .scalar(let scalar): scalar.string.isEmpty ? "empty" : "'\(shown(scalar.string))'"
        case .alias: "an alias"
        }
    }
}
