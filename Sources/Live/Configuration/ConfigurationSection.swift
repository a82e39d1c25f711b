import RoadScenes
import Video
import Yams

/// One mapping of a YAML file, read key by key; what nobody asked for is unknown.
///
/// Threading: one thread.
final class ConfigurationSection {
    /// Collects what is wrong across all sections of a file.
    final class Findings {
        var problems: [ConfigurationError.Problem] = []

        func add(_ node: Node?, _ text: String, remedy: String = "") {
            problems.append(.init(line: node?.mark?.line, text: text, remedy: remedy))
        }
    }

    /// Where it is in the file, such as `source.`; empty at the top.
    private let path: String
    private let node: Node
    private let entries: [(key: Node, value: Node)]
    private var known: [String] = []
    let findings: Findings

    init?(_ node: Node, path: String, findings: Findings) {
        guard let mapping = node.mapping else {
            let name = path.isEmpty ? "the file" : "'\(path)'"
            findings.add(node, "\(name) is \(Self.kind(of: node)), not a list of 'key: value' lines.")
            return nil
        }
        (self.path, self.node, self.findings) = (path.isEmpty ? "" : path + ".", node, findings)
        entries = mapping.map { ($0.key, $0.value) }
    }

    /// The value as text; nil where the key is missing or is no single value.
    func text(_ key: String) -> (text: String, node: Node)? {
        guard let node = find(key) else { return nil }
        guard let scalar = node.scalar else {
            findings.add(node, "'\(path)\(key)' is \(Self.kind(of: node)), not a single value.")
            return nil
        }
        if scalar.string.isEmpty || (node.null != nil && scalar.style == .plain) {
            findings.add(node, "'\(path)\(key)' has no value.", remedy: "Give one, or leave the line out.")
            return nil
        }
        return (scalar.string, node)
    }

    /// The value as what `parse` makes of it; `expected` says in words what that is.
    func value<Value>(_ key: String, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let (text, node) = text(key) else { return nil }
        guard let value = parse(text) else {
            findings.add(node, "'\(path)\(key)' is '\(Self.shown(text))'.", remedy: "It must be \(expected).")
            return nil
        }
        return value
    }

    /// One of a few words; another one is answered with the nearest.
    func choice<Value>(_ key: String, _ values: [(String, Value)]) -> Value? {
        guard let (text, node) = text(key) else { return nil }
        if let found = values.first(where: { $0.0 == text }) { return found.1 }
        let names = values.map(\.0)
        let nearest = NearestName.of(text, among: names).map { "Did you mean '\($0)'? " } ?? ""
        findings.add(
            node, "'\(path)\(key)' is '\(Self.shown(text))'.", remedy: "\(nearest)It is one of \(names.joined(separator: ", ")).")
        return nil
    }

    /// Like `text`; a missing key is a problem.
    func required(_ key: String, _ remedy: String) -> (text: String, node: Node)? {
        if find(key) == nil {
            let name = path.isEmpty ? "the file" : "'\(path.dropLast())'"
            findings.add(node, "\(name) has no '\(key)'.", remedy: remedy)
            return nil
        }
        return text(key)
    }

    /// Says that this section needs another one, at the top of the file.
    func reportMissing(_ key: String, _ remedy: String) {
        findings.add(node, "'\(path.dropLast())' needs '\(key)', which is not there.", remedy: remedy)
    }

    func section(_ key: String) -> ConfigurationSection? {
        find(key).flatMap { ConfigurationSection($0, path: path + key, findings: findings) }
    }

    /// The sections of a list.
    func sections(_ key: String) -> [ConfigurationSection] {
        guard let node = find(key) else { return [] }
        guard let sequence = node.sequence else {
            findings.add(node, "'\(path)\(key)' is \(Self.kind(of: node)), not a list.", remedy: "Start each entry with '- '.")
            return []
        }
        return sequence.enumerated().compactMap { index, entry in
            ConfigurationSection(entry, path: "\(path)\(key)[\(index + 1)]", findings: findings)
        }
    }

    /// The single values of a list; empty where the key is missing.
    func texts(_ key: String) -> [String] {
        guard let node = find(key) else { return [] }
        guard let sequence = node.sequence else {
            findings.add(node, "'\(path)\(key)' is \(Self.kind(of: node)), not a list.", remedy: "Write [one, another].")
            return []
        }
        return sequence.compactMap { entry in
            if let scalar = entry.scalar, !scalar.string.isEmpty { return scalar.string }
            findings.add(entry, "An entry of '\(path)\(key)' is \(Self.kind(of: entry)), not a single value.")
            return nil
        }
    }

    /// Reports the keys that nobody asked for, with the nearest of those that exist. Call when everything has been read.
    func reportUnknownKeys() {
        for entry in entries {
            let key = entry.key.scalar?.string ?? "?"
            if known.contains(key) { continue }
            let nearest = NearestName.of(key, among: known)
            findings.add(
                entry.key, "'\(path)\(Self.shown(key))' is not known.",
                remedy: nearest.map { "Did you mean '\(path)\($0)'?" } ?? "Known are \(known.joined(separator: ", ")).")
        }
    }

    func find(_ key: String) -> Node? {
        if !known.contains(key) { known.append(key) }
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
