import Errors
import WebServer

/// Stands before everything: refuses what the rules refuse, and bodies, and answers errors in words.
struct RequestGuard: Sendable {
    let rules: AccessRules
    let router: Router

    func answer(_ request: Request) -> Response {
        var response = checked(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = response.headers["Cache-Control"] ?? "no-store"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    }

    /// Units: bytes that a request may bring: none where it is refused anyway.
    func mostBody(_ request: Request) -> Int { rules.refusal(request) == nil ? router.mostBody(of: request) : 0 }

    private func checked(_ request: Request) -> Response {
        if request.isAmbiguous {
            var response = Response.problem(.badRequest, "The request's head can be read in two ways.")
            response.headers["Connection"] = "close"
            return response
        }
        if let refusal = rules.refusal(request) {
            return .problem(refusal.status, refusal.problem, remedy: refusal.remedy)
        }
        let most = router.mostBody(of: request)
        if request.hasBody, request.announcedBody.map({ $0 > most }) ?? true {
            return most == 0
                ? .problem(.contentTooLarge, "Nothing here takes a body.", remedy: "Send the request without one.")
                : .problem(.contentTooLarge, "The body is too large.", remedy: "Send at most \(most) bytes, and say how many.")
        }
        switch router.find(request) {
        case .answer(let answer, let request):
            do { return try answer(request) } catch {
                return .problem(error.code.status, error.problem, remedy: error.remedy)
            }
        case .otherMethods(let methods):
            let allowed = methods.joined(separator: ", ")
            var response = Response.problem(.methodNotAllowed, "This is only for \(allowed).")
            response.headers["Allow"] = allowed
            return response
        case .nothing:
            return .problem(.notFound, "There is no such page.", remedy: "/api/openapi.yaml lists what there is.")
        }
    }
}

extension ErrorCode {
    var status: Status {
        switch self {
        case .invalid: .badRequest
        case .missing: .notFound
        case .refused: .serviceUnavailable
        case .conflict: .conflict
        default: .internalServerError
        }
    }
}
