import Foundation

/// What is asked for: a request's head, and its body where what answers takes one.
package struct Request: Sendable {
    /// In capitals, as it came.
    package var method: String
    /// Without the query, as it came: `/a%20b/c`.
    package var path: String
    /// Decoded; where a name comes more than once, its first value.
    package var query: [String: String]
    /// What the router found in the path, decoded.
    package var parameters: [String: String] = [:]
    /// Empty where what answers takes none.
    package var body: [UInt8] = []
    /// Names in small letters; a name may come more than once.
    private let headers: [String: [String]]

    /// - Parameters:
    ///   - query: not decoded, without a question mark.
    ///   - headers: in the order in which they came.
    package init(method: String, path: String, query: [(String, String)] = [], headers: [(String, String)]) {
        (self.method, self.path) = (method, path)
        let decoded = query.compactMap { name, value in
            Self.decoded(name).flatMap { name in Self.decoded(value).map { (name, $0) } }
        }
        self.query = Dictionary(decoded, uniquingKeysWith: { first, _ in first })
        self.headers = Dictionary(headers.map { ($0.lowercased(), [$1]) }, uniquingKeysWith: +)
    }

    /// The first header of that name, in whatever letters.
    package func header(_ name: String) -> String? { headers[name.lowercased()]?.first }

    /// How many headers of that name there are.
    package func count(of name: String) -> Int { headers[name.lowercased()]?.count ?? 0 }

    /// How many bytes are announced to follow the head; nil where that is not said.
    package var announcedBody: Int? {
        guard header("Transfer-Encoding") == nil, count(of: "Content-Length") <= 1 else { return nil }
        guard let text = header("Content-Length") else { return 0 }
        return text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    /// Whether more than a head was announced.
    package var hasBody: Bool {
        header("Transfer-Encoding") != nil || header("Content-Length").map { $0 != "0" } ?? false
    }

    /// Whether others may see its end elsewhere: what stands behind a body that they see would be a request of its own here.
    package var isAmbiguous: Bool {
        count(of: "Content-Length") > 1 || headers.keys.contains { $0.contains(where: \.isWhitespace) }
    }

    /// Nil for what cannot be text: a broken escape, no UTF-8, a zero.
    static func decoded(_ text: some StringProtocol) -> String? {
        text.removingPercentEncoding.flatMap { $0.contains("\0") ? nil : $0 }
    }
}
