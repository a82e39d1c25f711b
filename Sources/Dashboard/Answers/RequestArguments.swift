import Errors
import WebServer

/// Reads what a request asks for; anything that makes no sense is said.
extension Request {
    /// A whole number in the query, or `standard` where it is not there.
    func number(_ name: String, in range: ClosedRange<Int>, standard: Int) throws(DashboardError) -> Int {
        guard let text = query[name] else { return standard }
        guard let number = Int(text), range.contains(number), !text.hasPrefix("+") else {
            throw DashboardError(
                .invalid, "'\(name)' is '\(text.prefix(40))'.",
                remedy: "It must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// One of a few words in the query; nil where it is not there.
    func word(_ name: String, of words: [String]) throws(DashboardError) -> String? {
        guard let text = query[name] else { return nil }
        guard words.contains(text) else {
            throw DashboardError(
                .invalid, "'\(name)' is '\(text.prefix(40))'.", remedy: "It is one of \(words.joined(separator: ", ")).")
        }
        return text
    }

    /// A number in the path.
    func pathNumber(_ name: String) throws(DashboardError) -> Int {
        let text = parameters[name] ?? ""
        guard let number = Int(text), number > 0, String(number) == text else {
            throw DashboardError(
                .invalid, "'\(text.prefix(40))' is no number.", remedy: "They count from 1.")
        }
        return number
    }
}
