import Foundation
import Video
import WebServer

/// Who may ask for what: decided by a request's head alone.
package struct AccessRules: Sendable {
    /// What a refused request gets.
    package struct Refusal: Sendable, Equatable {
        package var status: Status
        package var problem: String
        package var remedy: String
    }

    /// A header that a page of another site cannot send unasked; any value will do.
    static let ownHeader = "X-Camber"
    /// What everybody may see: whether it lives, and a page without anything in it.
    private static let open = ["/", "/healthz", "/readyz", "/api/openapi.yaml"]

    let isLoopback: Bool
    /// Asked for each request that needs it.
    let token: @Sendable () -> String?
    /// Names of this machine, in small letters.
    let names: [String]

    /// - Parameter token: is asked anew each time, as it may be changed while the page is served. Where there is one, there must always be one.
    package init(
        isLoopback: Bool, token: @escaping @autoclosure @Sendable () -> String?,
        hostName: String = ProcessInfo.processInfo.hostName
    ) {
        (self.isLoopback, self.token) = (isLoopback, token)
        let name = hostName.lowercased()
        names = isLoopback ? [] : [name, name.split(separator: ".").first.map { $0 + ".local" } ?? name]
    }

    /// Nil where the request may pass.
    package func refusal(_ request: Request) -> Refusal? {
        guard let authority = request.header("Host"), !authority.isEmpty, request.count(of: "Host") == 1 else {
            return Refusal(status: .badRequest, problem: "The request does not name one host.", remedy: "")
        }
        // A foreign name that leads here is how pages of other sites would reach in.
        guard isOwn(Self.host(authority)) else {
            return Refusal(
                status: .misdirectedRequest, problem: "This is not \(authority.prefix(100)).",
                remedy: isLoopback ? "Use 127.0.0.1 or localhost." : "Use the machine's address or host name.")
        }
        let origin = request.header("Origin")
        let site = request.header("Sec-Fetch-Site")
        let isForeign = origin.map { $0.lowercased() != "http://\(authority.lowercased())" } ?? false
        if isForeign || (site.map { !["same-origin", "none"].contains($0) } ?? false) && request.path != "/" {
            return Refusal(status: .forbidden, problem: "Pages of other sites get nothing here.", remedy: "")
        }
        return credentials(request)
    }

    private func credentials(_ request: Request) -> Refusal? {
        let isChange = !["GET", "HEAD"].contains(request.method)
        if let token = token() {
            let isNeeded = isChange || (!isLoopback && !Self.open.contains(request.path))
            guard isNeeded, !Self.isSame(Self.bearer(request), token) else { return nil }
            return Refusal(
                status: .unauthorized, problem: "The token is missing or wrong.",
                remedy: "Send it as 'Authorization: Bearer TOKEN'; it is in the file that 'dashboard.token_file' names.")
        }
        guard isChange, request.header(Self.ownHeader) == nil else { return nil }
        return Refusal(
            status: .forbidden, problem: "A change needs the header X-Camber.",
            remedy: "Send 'X-Camber: 1': that shows it is no page of another site that asks.")
    }

    /// The token that a request brings; empty where it brings none.
    private static func bearer(_ request: Request) -> String {
        let parts = (request.header("Authorization") ?? "").split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == "bearer" ? String(parts[1].drop { $0 == " " }) : ""
    }

    private func isOwn(_ host: String) -> Bool {
        if Loopback.holds(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host) { return true }
        // A number cannot be made to lead elsewhere.
        return !isLoopback && (names.contains(host) || Self.isNumber(host))
    }

    /// Without the port, in small letters; empty where what follows the host is no port.
    private static func host(_ authority: String) -> String {
        let text = authority.lowercased()
        let host =
            text.hasPrefix("[") ? text.prefix(through: text.firstIndex(of: "]") ?? text.startIndex) : text.prefix { $0 != ":" }
        let port = text[host.endIndex...]
        let isPort = port.isEmpty || (port.hasPrefix(":") && port.dropFirst().allSatisfy { $0.isASCII && $0.isNumber })
        return isPort ? String(host) : ""
    }

    private static func isNumber(_ host: String) -> Bool {
        var address = in6_addr()
        if host.hasPrefix("[") { return inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1 }
        return inet_pton(AF_INET, host, &address) == 1
    }

    /// Takes equally long wherever they differ.
    private static func isSame(_ given: String, _ wanted: String) -> Bool {
        let (given, wanted) = (Array(given.utf8), Array(wanted.utf8))
        var difference = given.count == wanted.count ? 0 : 1
        for index in wanted.indices { difference |= Int(wanted[index] ^ (index < given.count ? given[index] : 0)) }
        return difference == 0
    }
}
