/// An error for people and for callers: what failed, where, and what to do about it.
///
/// Callers match the code, never the words, so that the words can be made better.
public protocol ExplainedError: Error, CustomStringConvertible, Sendable {
    var code: ErrorCode { get }
    /// What failed and where, with the values found and expected.
    var problem: String { get }
    /// What the reader can do about it; empty where nothing can be advised.
    var remedy: String { get }
    /// What it came from, where that says more.
    var cause: (any Error)? { get }
}

extension ExplainedError {
    public var description: String { remedy.isEmpty ? problem : "\(problem) \(remedy)" }
    public var cause: (any Error)? { nil }
}
