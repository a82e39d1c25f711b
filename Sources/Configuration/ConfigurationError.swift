import Errors

/// Everything that is wrong with a configuration file, at once.
public struct ConfigurationError: ExplainedError {
    /// One thing that is wrong, and where.
    public struct Problem: Sendable, Equatable {
        /// Counted from 1; nil where no line can be named.
        public var line: Int?
        public var text: String
        public var remedy: String
        /// Whether a file is missing, which may come later, as its disk does.
        public var mayHeal = false
    }

    public let file: String
    /// In the order of the lines.
    public let problems: [Problem]

    public init(file: String, problems: [Problem]) {
        self.file = file
        self.problems = problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    /// Whether nothing is wrong but that files are missing.
    public var mayHeal: Bool { problems.allSatisfy(\.mayHeal) }

    public var code: ErrorCode { .invalid }
    public var remedy: String { "" }

    /// One line for each, with its remedy.
    public var problem: String {
        problems.map { problem in
            let place = problem.line.map { "\(file):\($0)" } ?? file
            return "\(place): \(problem.text)" + (problem.remedy.isEmpty ? "" : " \(problem.remedy)")
        }.joined(separator: "\n")
    }
}
