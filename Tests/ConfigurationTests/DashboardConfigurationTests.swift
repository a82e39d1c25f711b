import Configuration
import Foundation
import TestSupport
import Testing

/// The section `dashboard`: where the page may be, and that nobody opens it to others by mistake.
@Suite final class DashboardConfigurationTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    init() throws {
        for name in ["model.safetensors", "drive.mp4"] { try Data().write(to: folder.appendingPathComponent(name)) }
        try Data("0123456789abcdef0123\n".utf8).write(to: folder.appendingPathComponent("token"))
        try Data("short\n".utf8).write(to: folder.appendingPathComponent("short"))
    }

    private func read(_ section: String) throws -> Configuration.Dashboard? {
        try Configuration(
            yaml: "source: {location: drive.mp4}\nmodel: model.safetensors\nstatus: {socket: none}\n\(section)",
            file: folder.appendingPathComponent("camber.yaml").path
        ).dashboard
    }

    @Test func withoutTheSectionThereIsNoPage() throws {
        #expect(try read("") == nil)
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:1", "localhost", 1), ("\"[::1]:65535\"", "::1", 65535),
        ("127.9.9.9:80", "127.9.9.9", 80),
    ])
    func loopbackNeedsNoToken(_ address: String, _ host: String, _ port: Int) throws {
        let page = try #require(try read("dashboard: {address: \(address)}"))
        #expect(page.host == host && page.port == port && page.tokenFile == nil)
    }

    @Test(arguments: ["0.0.0.0:8080", "192.168.0.7:8080", "\"[::]:8080\"", "van7.depot.example:80", "127.0.0.1.evil.example:80"])
    func whereOthersReachItATokenIsNeeded(_ address: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try self.read("dashboard:\n  address: \(address)") }
        #expect(error.problems.map(\.line) == [5] && error.description.contains("there is no token"))
        let page = try read("dashboard: {address: \(address), token_file: token}")
        #expect(page?.isLoopback == false && page?.tokenFile == folder.appendingPathComponent("token").path)
    }

    @Test(arguments: [
        "8080", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "\"::1:8080\"", "a b:80", "\":80\"", "http://127.0.0.1:80",
    ])
    func whatIsNoAddressIsNamed(_ address: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try self.read("dashboard: {address: \(address)}") }
        #expect(error.description.contains("'dashboard.address'") && error.description.contains("127.0.0.1:8080"))
    }

    /// One that was replaced, as others know it, must not come back while the file is written anew.
    @Test func theLastTokenHoldsWhileTheFileHasNone() throws {
        let file = folder.appendingPathComponent("token")
        let tokens = try #require(TokenFile(file.path))
        #expect(tokens.token == "0123456789abcdef0123")
        try Data("another token is refused".utf8).write(to: file)
        #expect(tokens.token == "0123456789abcdef0123")
        try Data("the-second-of-them\n".utf8).write(to: file)
        #expect(tokens.token == "the-second-of-them")
        try Data().write(to: file)
        #expect(tokens.token == "the-second-of-them")
        try FileManager.default.removeItem(at: file)
        #expect(tokens.token == "the-second-of-them")
        #expect(TokenFile(file.path) == nil)
    }

    @Test(arguments: ["short", "model.safetensors", "missing"])
    func aFileWithoutATokenIsNamed(_ file: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try self.read("dashboard: {address: \"127.0.0.1:80\", token_file: \(file)}")
        }
        #expect(error.problems.count == 1 && error.description.contains(file))
    }
}
