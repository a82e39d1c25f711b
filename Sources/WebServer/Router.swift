import Errors

/// Finds what answers a method and a path.
package struct Router: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package typealias Answer = @Sendable (Request) throws(CamberError) -> Response

    package enum Finding {
        /// The request comes with the path's parameters.
        case answer(Answer, Request)
        /// Only for these methods, in the order of the alphabet.
        case otherMethods([String])
        case nothing
    }

    private struct Resource {
        /// `{name}` stands for any part and gives it that name.
        var parts: [Substring]
        var answers: [String: Answer]
        /// Units: bytes that a request to put something may bring.
        var mostBody: Int
    }

    private var resources: [Resource] = []

    package init() {}

    /// A path with all the methods that it has; whoever may get it may ask for its head.
    ///
    /// - Parameter mostBody: units: bytes that a PUT may bring.
    package mutating func add(_ path: String, mostBody: Int = 0, _ answers: [Method: Answer]) {
        var named = Dictionary(uniqueKeysWithValues: answers.map { ($0.rawValue, $1) })
        named["HEAD"] = answers[.get]
        resources.append(Resource(parts: path.split(separator: "/"), answers: named, mostBody: mostBody))
    }

    /// Units: bytes that a request may bring.
    package func mostBody(of request: Request) -> Int {
        guard request.method == Method.put.rawValue else { return 0 }
        let parts = parts(of: request)
        return resources.first { Self.match($0.parts, parts) != nil }?.mostBody ?? 0
    }

    private func parts(of request: Request) -> [String] {
        request.path.split(separator: "/").map { Request.decoded($0) ?? "" }
    }

    package func find(_ request: Request) -> Finding {
        let parts = parts(of: request)
        for resource in resources {
            guard let parameters = Self.match(resource.parts, parts) else { continue }
            guard let answer = resource.answers[request.method] else { return .otherMethods(resource.answers.keys.sorted()) }
            var request = request
            request.parameters = parameters
            return .answer(answer, request)
        }
        return .nothing
    }

    /// The parameters in a path; nil where it is not of that form.
    private static func match(_ form: [Substring], _ parts: [String]) -> [String: String]? {
        guard form.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (wanted, part) in zip(form, parts) {
            if wanted.hasPrefix("{") {
                parameters[String(wanted.dropFirst().dropLast())] = part
            } else if wanted != part {
                return nil
            }
        }
        return parameters
    }
}
