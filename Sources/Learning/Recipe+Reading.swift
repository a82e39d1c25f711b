import Files
import Foundation
import NeuralNetwork
import RoadScenes
import Yams

extension Recipe {
    /// Every key that a recipe has, those of a stage as `segmentation.epochs`.
    static let keys = CodingKeys.allCases.flatMap { key in
        switch key {
        case .segmentation, .auxiliary: Stage.CodingKeys.allCases.map { "\(key.rawValue).\($0.rawValue)" }
        case .retraining: Retraining.CodingKeys.allCases.map { "\(key.rawValue).\($0.rawValue)" }
        default: [key.rawValue]
        }
    }

    /// Reads a recipe's file.
    ///
    /// - Parameters:
    ///   - settings: `key=value` each, instead of the file's; values as YAML writes them.
    ///   - network: to whose stage settings belong that name none.
    ///   - notice: gets what a person should know about the file, in words.
    /// - Throws: where the file cannot be read, an entry is missing, unknown or out of its range.
    public init(
        contentsOf path: String, settings: [String] = [], for network: ModelBundle.Part = .segmentation,
        notice: (String) -> Void = { _ in }
    ) throws(LearningError) {
        let source = settings.isEmpty ? path : "\(path) with \(settings.joined(separator: ", "))"
        let data: Data
        do throws(LearningError) { data = Data(try WholeFile.read(path, atMost: BoundedYAML.largestText)) } catch {
            throw LearningError(
                "Cannot read the recipe \(path): \(error.problem)",
                remedy: "Those that come with Camber go by their names, such as 'finetune'.")
        }
        do {
            guard let read = try BoundedYAML.compose(data), read.mapping != nil else {
                throw LearningError("it has no keys")
            }
            var old: [String] = []
            var root = Self.renamed(read, &old)
            try Self.checkKeys(of: root)
            for setting in settings { try Self.apply(setting, to: &root, for: network, &old) }
            if let key = old.first {
                notice(
                    "The recipe \(path): keys are written like \(Self.snakeCase(key)) now; \(old.joined(separator: ", ")) still will do."
                )
            }
            self = try YAMLDecoder().decode(Recipe.self, from: root)
        } catch {
            throw LearningError(
                "Cannot use the recipe \(source): \(Self.reason(error)).", remedy: (error as? LearningError)?.remedy ?? "")
        }
        try validate(source)
    }

    /// Older recipes write `learningRate` for `learning_rate`.
    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// The same node with all keys as they are written now; `old` gets those that were not.
    private static func renamed(_ node: Node, _ old: inout [String]) -> Node {
        guard let mapping = node.mapping else { return node }
        var pairs: [(Node, Node)] = []
        for (name, value) in mapping {
            let written = name.string ?? ""
            if snakeCase(written) != written { old.append(written) }
            pairs.append((snakeCase(written) == written ? name : Node(snakeCase(written)), renamed(value, &old)))
        }
        return Node(pairs)
    }

    private static func checkKeys(of root: Node) throws {
        for mapping in [root.mapping] + (root.mapping?.values.map(\.mapping) ?? []) {
            let names = mapping?.keys.compactMap(\.string) ?? []
            if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
                throw LearningError("the key '\(twice)' is there twice")
            }
        }
        for (name, value) in root.mapping ?? [:] {
            let name = name.string ?? "?"
            for key in value.mapping?.keys.map({ "\(name).\($0.string ?? "?")" }) ?? [name] where !keys.contains(key) {
                throw unknown(key)
            }
        }
    }

    private static func apply(
        _ setting: String, to root: inout Node, for network: ModelBundle.Part, _ old: inout [String]
    ) throws {
        guard let sign = setting.firstIndex(of: "=") else { throw LearningError("'\(setting)' is no key=value") }
        let written = String(setting[..<sign])
        let name = snakeCase(written)
        if name != written { old.append(written) }
        let candidates = [name, "\(network.rawValue).\(name)", "\(CodingKeys.retraining.rawValue).\(name)"]
        guard let key = candidates.first(where: keys.contains) else { throw unknown(name) }
        let value = try BoundedYAML.compose(String(setting[setting.index(after: sign)...])) ?? Node("")
        let parts = key.split(separator: ".").map(String.init)
        if parts.count == 1 {
            root[parts[0]] = value
        } else if root[parts[0]]?.mapping != nil {
            root[parts[0]]?[parts[1]] = value
        } else {
            root[parts[0]] = Node([(Node(parts[1]), value)])
        }
    }

    private static func unknown(_ key: String) -> LearningError {
        // Without its stage a key is as long as what was meant.
        let names = key.contains(".") ? keys : keys.map { String($0.split(separator: ".").last!) }
        let nearest = NearestName.of(key, among: names)
        return LearningError(
            "the key '\(key)' is not known",
            remedy: nearest.map { "Did you mean '\($0)'?" } ?? "Known are \(keys.joined(separator: ", ")).")
    }

    private static func reason(_ error: Error) -> String {
        switch error {
        case let error as LearningError: error.problem
        case DecodingError.keyNotFound(let key, let context):
            "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has a value of another kind"
        case DecodingError.dataCorrupted(let context):
            unreadable(context.codingPath.map(\.stringValue))
        case let error as BoundedYAML.Problem: "\(error.line.map { "line \($0): " } ?? "")\(error.text)"
        default: "\(error)"
        }
    }

    /// Of a value of the right kind: it is none of the words that may stand there.
    private static func unreadable(_ path: [String]) -> String {
        guard let key = path.last else { return "it is not YAML" }
        let words: [String]? =
            switch key {
            case "optimizer": OptimizerKind.allCases.map(\.rawValue)
            case "schedule": RateSchedule.Shape.allCases.map(\.rawValue)
            case "mix": SampleMix.Kind.allCases.map(\.rawValue)
            case "starts_from": Start.allCases.map(\.rawValue)
            default: nil
            }
        let name = path.joined(separator: ".")
        return words.map { "\(name) is none of \($0.joined(separator: ", "))" } ?? "\(name) cannot be read"
    }

    /// What one network is trained with, by key.
    func settings(of network: ModelBundle.Part) -> [String: String] {
        var settings = ["name": name]
        if network == .segmentation { (settings["momentum"], settings["power"]) = ("\(momentum)", "\(power)") }
        settings.merge(Self.settings(of: network == .segmentation ? segmentation : auxiliary)) { $1 }
        if network == .segmentation, let retraining { settings.merge(Self.settings(of: retraining)) { $1 } }
        return settings
    }

    private static func settings(of part: Any) -> [String: String] {
        var settings: [String: String] = [:]
        for (key, value) in Mirror(reflecting: part).children {
            guard let key else { continue }
            let optional = Mirror(reflecting: value)
            settings[snakeCase(key)] =
                optional.displayStyle == .optional ? optional.children.first.map { "\($0.value)" } : "\(value)"
        }
        return settings
    }
}
