/// What an answer says by its number: RFC 9110, section 15.
package enum Status: Int, Sendable {
    case ok = 200
    case accepted = 202
    case noContent = 204
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case conflict = 409
    case contentTooLarge = 413
    case misdirectedRequest = 421
    case internalServerError = 500
    case serviceUnavailable = 503
}
