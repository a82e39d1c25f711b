/// What went wrong with the page, or with what somebody asked of it: what failed, and what to do about it.
public struct DashboardError: Error, CustomStringConvertible, Sendable {
    /// Whose fault it is.
    public enum Kind: Sendable {
        /// The request makes no sense.
        case wrong
        /// Nothing of that name is there.
        case missing
        /// It goes against what is so: already running, nothing to go back to.
        case conflict
        /// It cannot be done now.
        case refused
        case failed
    }

    public let kind: Kind
    /// What failed and where, with the values found and expected.
    public let problem: String
    /// What the reader can do about it; empty where nothing can be advised.
    public let remedy: String

    public init(_ kind: Kind = .failed, _ problem: String, remedy: String = "") {
        (self.kind, self.problem, self.remedy) = (kind, problem, remedy)
    }

    public var description: String { remedy.isEmpty ? problem : "\(problem) \(remedy)" }
}
