import CYaml
import Foundation
import Video
import Yams

/// The one way in which YAML and JSON from outside are read: of a bounded size, depth and number of values, without aliases.
///
/// Aliases let a few hundred bytes stand for billions of values, and nothing that Camber reads needs them.
public enum BoundedYAML {
    /// Units: bytes.
    public static let largestText = 256 * 1024
    static let deepest = 32
    static let mostValues = 20_000

    /// What is wrong with a text, and where.
    public struct Problem: Error, Sendable, Equatable {
        /// Counted from 1; nil where no line can be named.
        public var line: Int?
        public var text: String
        public var remedy: String
    }

    /// The text's only document; nil where it is empty.
    public static func compose(_ data: Data, atMost largest: Int = largestText) throws(Problem) -> Node? {
        guard data.count <= largest else {
            throw Problem(text: "It is larger than \(largest / 1024) KB.", remedy: "Is it the right file?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Problem(text: "It is no text in UTF-8.", remedy: "Is it the right file?")
        }
        return try compose(text)
    }

    /// The text's only document; nil where it is empty.
    public static func compose(_ text: String) throws(Problem) -> Node? {
        guard text.utf8.count <= largestText else {
            throw Problem(text: "It is larger than \(largestText / 1024) KB.", remedy: "Is it the right file?")
        }
        // Editors on Windows begin a text with a byte order mark.
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        try check(text)
        do { return try Yams.compose(yaml: text) } catch { throw problem(error) }
    }

    /// Goes through the parser's events, which come one by one, before anything is built of them.
    private static func check(_ text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBufferPointer { Self.problem(in: $0) }
        if let found { throw found }
    }

    private static func problem(in bytes: UnsafeBufferPointer<UInt8>) -> Problem? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { return Problem(text: "There is no memory to read it.", remedy: "") }
        defer { yaml_parser_delete(&parser) }
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
        var (depth, values) = (0, 0)
        while true {
            var event = yaml_event_t()
            // What is no YAML is said by the reading that follows.
            guard yaml_parser_parse(&parser, &event) == 1 else { return nil }
            defer { yaml_event_delete(&event) }
            let line = Int(clamping: event.start_mark.line) + 1
            var anchor: UnsafeMutablePointer<yaml_char_t>?
            switch event.type {
            case YAML_STREAM_END_EVENT: return nil
            case YAML_ALIAS_EVENT: anchor = event.data.alias.anchor
            case YAML_SCALAR_EVENT: anchor = event.data.scalar.anchor
            case YAML_SEQUENCE_START_EVENT:
                depth += 1
                anchor = event.data.sequence_start.anchor
            case YAML_MAPPING_START_EVENT:
                depth += 1
                anchor = event.data.mapping_start.anchor
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: depth -= 1
            default: break
            }
            values += 1
            if anchor != nil {
                return Problem(
                    line: line, text: "Anchors and aliases are not supported.", remedy: "Write the value out, or quote it.")
            }
            if depth > deepest {
                return Problem(line: line, text: "It is nested more than \(deepest) deep.", remedy: "Is it the right file?")
            }
            if values > mostValues {
                return Problem(line: line, text: "It has more than \(mostValues) values.", remedy: "Is it the right file?")
            }
        }
    }

    /// In words without the text itself, which may hold a password.
    private static func problem(_ error: any Error) -> Problem {
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            Problem(
                line: mark.line, text: "This is no YAML: \(text).",
                remedy: "Look at the indentation (blanks, no tabs) and the quotes here.")
        case .duplicatedKeysInMapping(let duplicates, let context):
            Problem(
                line: context.mark.line,
                text: "'\(duplicates.map(PublicAddress.text).joined(separator: "', '"))' is there more than once.",
                remedy: "Keep one.")
        case .reader: Problem(text: "This is no YAML: it holds characters that no text has.", remedy: "Is it the right file?")
        default: Problem(text: "This is no YAML.", remedy: "")
        }
    }
}
