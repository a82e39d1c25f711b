/// The error of every target. One type, so that it passes from one target to the next as it is.
public struct CamberError: ExplainedError {
    public var code: ErrorCode
    public var problem: String
    public var remedy: String
    public var cause: (any Error)?

    public init(_ problem: String, remedy: String = "", code: ErrorCode = .failed, cause: (any Error)? = nil) {
        self.code = code
        self.problem = problem
        self.remedy = remedy
        self.cause = cause
    }

    public init(_ code: ErrorCode, _ problem: String, remedy: String = "") {
        self.init(problem, remedy: remedy, code: code)
    }

    /// Takes over an error of any kind: an explained one as it is, another one by its description.
    public init(_ error: any Error) {
        switch error {
        case let error as CamberError: self = error
        case let error as any ExplainedError:
            self.init(error.problem, remedy: error.remedy, code: error.code, cause: error.cause)
        default: self.init("\(error)", cause: error)
        }
    }

    /// The same error, with what was being done in front of the problem.
    public func during(_ what: String) -> CamberError {
        var error = self
        error.problem = "\(what): \(problem)"
        return error
    }

    /// Runs `body`, whatever it throws, and throws that as a `CamberError`.
    public static func wrap<Value>(_ body: () throws -> Value) throws(CamberError) -> Value {
        do { return try body() } catch { throw CamberError(error) }
    }
}
