import Files
import Foundation
import Video
import Yams

extension Configuration {
    /// Where the page is served; the section `dashboard`.
    public struct Dashboard: Sendable, Equatable {
        /// A name or number, without brackets.
        public var host: String
        public var port: Int
        /// The file that holds the token for changes; nil only on loopback.
        public var tokenFile: String?

        /// Whether only this machine can reach it.
        public var isLoopback: Bool { Loopback.holds(host) }

        struct Place: Sendable, Equatable {
            var host: String
            var port: Int

            var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
        }

        /// `host:port`, or `[number]:port` for IPv6; nil for anything else.
        static func place(_ text: String) -> Place? {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (1...65535).contains(port)
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            let allowed = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) }
            return host.isEmpty || !allowed ? nil : Place(host: String(host), port: port)
        }
    }
}

extension ConfigurationKey<Configuration.Dashboard.Place> {
    /// An address and a port, on this machine unless another is given.
    static func address(_ name: String, port: Int, _ purpose: String) -> Self {
        .init(
            name,
            .init(
                brief: "address and port", expected: "an address with a port, such as 127.0.0.1:\(port) or [::1]:\(port)",
                parse: Configuration.Dashboard.place, text: \.text),
            standard: .init(host: "127.0.0.1", port: port), purpose)
    }
}

extension Configuration.Dashboard {
    /// Shorter ones can be guessed.
    static let tokenCharacters = 16...512

    enum Keys {
        static let address = ConfigurationKey.address(
            "address", port: 8080, "Where the page is served. An address that others can reach needs `token_file`.")
        static let tokenFile = ConfigurationKey(
            "token_file", .path, otherwise: "none",
            "A file of one line, 16 to 512 letters, digits and signs, that changes on the page ask for. Another token in it holds at once."
        )
    }

    static let section = ConfigurationReference.Section(
        "dashboard", "The page. Left out, none is served.", keys: [Keys.address, Keys.tokenFile])

    init(_ section: ConfigurationSection, _ paths: ConfigurationPaths) {
        let place = section.value(Keys.address)
        (host, port) = (place.host, place.port)
        let token = section.text(Keys.tokenFile)
        tokenFile = token.map { paths.existing($0.text, $0.node, what: "token file") }
        if let token, let tokenFile, access(tokenFile, R_OK) == 0, Self.token(in: tokenFile) == nil {
            section.findings.add(
                token.node, "\(tokenFile) holds no token.",
                remedy: "It must be one line of 16 to 512 letters, digits and signs: 'openssl rand -hex 24 > \(tokenFile)'.")
        }
        if !isLoopback, token == nil {
            section.findings.add(
                section.node(Keys.address), "'dashboard.address' is '\(host)', which others can reach, and there is no token.",
                remedy: "Add 'token_file:', or use 127.0.0.1 and a tunnel.")
        }
    }

    /// The token in a file; nil where it holds none that is fit.
    static func token(in file: String) -> String? {
        guard let bytes = try? WholeFile.read(file, atMost: 4096), let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return tokenCharacters.contains(token.utf8.count) && token.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? token : nil
    }
}
