import Files
import Foundation
import Yams

extension ClassSet {
    /// A class as files have it.
    private struct Line: Decodable {
        let member: Member
        /// What other programs' lists say besides of its labels' value, by key.
        let numbers: [(key: String, value: Int)]

        private enum Key: String, CodingKey { case index, id }

        init(from decoder: any Decoder) throws {
            member = try Member(from: decoder)
            let others = try decoder.container(keyedBy: Key.self)
            numbers = [Key.index, .id].compactMap { key in
                (try? others.decode(Int.self, forKey: key)).map { (key.rawValue, $0) }
            }
        }
    }

    /// What the file with the list is called beside labels and masks.
    public static let fileName = "classes.yaml"

    /// Reads a list of classes in the order of their indices, as YAML or JSON: `- {name: road, color: [128, 64, 128]}`.
    ///
    /// - Throws: where the file is missing or no such list, where a name comes twice, and where a class is said to have another number than
    ///   its place in the list.
    public init(contentsOf path: String) throws(SceneError) {
        let remedy = "It must be a list like: [{name: road, color: [128, 64, 128]}, …], in the order of the labels."
        let data: Data
        do throws(SceneError) { data = Data(try WholeFile.read(path, atMost: BoundedYAML.largestText)) } catch {
            throw SceneError("Cannot read the classes in \(path): \(error.problem)", remedy: remedy)
        }
        let lines: [Line]
        do {
            guard let root = try BoundedYAML.compose(data) else { throw SceneError("it is empty") }
            lines = try YAMLDecoder().decode([Line].self, from: root)
        } catch let error as BoundedYAML.Problem {
            let line = error.line.map { "line \($0): " } ?? ""
            throw SceneError("Cannot read the classes in \(path): \(line)\(error.text)", remedy: remedy)
        } catch {
            let reason = (error as? DecodingError).map(Self.words) ?? "\(error)"
            throw SceneError("Cannot read the classes in \(path): \(reason).", remedy: remedy)
        }
        let members = lines.map(\.member)
        guard (1...Int(Self.void)).contains(members.count) else {
            throw SceneError("\(path) lists \(members.count) classes; there can be 1 to \(Self.void).", remedy: remedy)
        }
        var seen = Set<String>()
        for (index, member) in members.enumerated() {
            guard member.color.count == 3 else {
                throw SceneError(
                    "\(path): class \(index), '\(member.name)', has \(member.color.count) colour values, not 3.", remedy: remedy)
            }
            guard seen.insert(member.name).inserted else {
                throw SceneError("\(path): class \(index) is the second with the name '\(member.name)'.")
            }
            if let other = lines[index].numbers.first(where: { $0.value != index }) {
                throw SceneError(
                    "\(path): class \(index), '\(member.name)', has the \(other.key) \(other.value).",
                    remedy: "Its labels' value is its place in the list, from 0: bring both into one order, or drop \(other.key)."
                )
            }
        }
        self.init(members)
    }

    /// Writes the list that `init(contentsOf:)` reads.
    ///
    /// - Throws: where the file cannot be written.
    public func write(to path: String) throws(SceneError) {
        let lines = try SceneError.wrap {
            try members.map { member in
                let name = try Yams.serialize(node: Node(member.name, Tag(.str), .doubleQuoted)).split(separator: "\n")[0]
                return "- {name: \(name), color: [\(member.color.map(String.init).joined(separator: ", "))]}\n"
            }
        }
        try WholeFile.write([UInt8](lines.joined().utf8), to: path)
    }

    /// Where in a list of classes what is wrong, such as `class 4, color 2`; counted from 1.
    private static func words(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.map { key in key.intValue.map { "\($0 + 1)" } ?? ", \(key.stringValue) " }.joined().trimmingCharacters(
                in: .whitespaces)
        }
        return switch error {
        case .keyNotFound(let key, let context): "class \(place(context.codingPath)) has no \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is no list" : "class \(place(context.codingPath)) cannot be read; a colour is three numbers from 0 to 255"
        @unknown default: "\(error)"
        }
    }
}
