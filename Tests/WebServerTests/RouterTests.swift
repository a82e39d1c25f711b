import Testing
import WebServer

/// A method and a path find their answer, or what is there in its place.
struct RouterTests {
    private static let router: Router = {
        var router = Router()
        router.add("/", [.get: { _ in Response(headers: ["X": "root"]) }])
        router.add(
            "/api/item/{id}",
            [.get: { Response(headers: ["X": $0.parameters["id"] ?? ""]) }, .delete: { _ in Response(.noContent) }])
        router.add("/api/item/{id}/pin", [.put: { _ in Response(.accepted) }])
        return router
    }()

    private func found(_ method: String, _ path: String) throws -> String {
        switch Self.router.find(Request(method: method, path: path, headers: [])) {
        case .answer(let answer, let request):
            let response = try answer(request)
            return "\(response.status.rawValue) \(response.headers["X"] ?? "")"
        case .otherMethods(let methods): return methods.joined(separator: " ")
        case .nothing: return "nothing"
        }
    }

    @Test(arguments: [
        ("GET", "/", "200 root"), ("HEAD", "/", "200 root"), ("GET", "/api/item/7", "200 7"), ("DELETE", "/api/item/7", "204 "),
        ("GET", "/api/item/a%20b%2Fc", "200 a b/c"), ("PUT", "/api/item/7/pin", "202 "),
        ("POST", "/", "GET HEAD"), ("GET", "/api/item/7/pin", "PUT"), ("QUERY", "/api/item/7", "DELETE GET HEAD"),
        ("get", "/", "GET HEAD"), ("GET", "/api", "nothing"), ("GET", "/api/item", "nothing"),
        ("GET", "/api/item/7/pin/x", "nothing"),
        ("GET", "/api/../etc", "nothing"), ("GET", "/api%2Fitem/7", "nothing"),
    ]) func everyPathHasItsOwn(method: String, path: String, wanted: String) throws {
        #expect(try found(method, path) == wanted)
    }

    @Test(arguments: ["%", "%zz", "%00", "%ff"]) func whatIsNoTextIsEmpty(part: String) throws {
        #expect(try found("GET", "/api/item/\(part)") == "200 ")
    }

    @Test func headersAreFoundInAnyLetters() {
        let request = Request(method: "GET", path: "/", headers: [("Host", "a"), ("HOST", "b"), ("X-Y", "z")])
        #expect(request.header("host") == "a" && request.count(of: "Host") == 2)
        #expect(request.header("x-y") == "z" && request.header("none") == nil && !request.hasBody)
        for header in [("Content-Length", "1"), ("content-length", "x"), ("Transfer-Encoding", "chunked")] {
            #expect(Request(method: "POST", path: "/", headers: [header]).hasBody)
        }
        #expect(!Request(method: "POST", path: "/", headers: [("Content-Length", "0")]).hasBody)
    }
}
