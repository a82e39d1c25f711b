/// What went wrong with the page, or with what somebody asked of it: what failed, and what to do about it.
public struct DashboardError: Error, CustomStringConvertible, Sendable {
    /// What failed and where, with the values found and expected.
    public let problem: String
    /// What the reader can do about it; empty where nothing can be advised.
    public let remedy: String

    public init(_ problem: String, remedy: String = "") {
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { remedy.isEmpty ? problem : "\(problem) \(remedy)" }
}
