import Configuration
import Foundation
import Live
import Status
import Store
import TestSupport
import Testing

@Suite struct StatusServerTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("camber-\(UUID().uuidString)/status.sock")
        .path

    @Test func everyoneWhoAsksGetsTheAnswer() throws {
        let large = Data(repeating: 65, count: 300_000)
        let server = try StatusServer(path: path) { large }
        server.start()
        defer { server.stop() }
        for _ in 0..<3 { #expect(try StatusClient.ask(path) == large) }
    }

    @Test func clientsThatTakeNothingHoldNobodyUpForLong() throws {
        let server = try StatusServer(path: path) { Data("here".utf8) }
        server.start()
        defer { server.stop() }
        let idle = try (0..<3).map { _ in try IdleClient(path) }
        #expect(try StatusClient.ask(path) == Data("here".utf8))
        #expect(idle.count == 3)
    }

    /// What answers there may be something else, or a daemon on a machine that stands nearly still.
    @Test func anAnswerThatComesByteByByteIsNotWaitedForLongerThanAnother() throws {
        let server = try SlowServer()
        let error = #expect(throws: LiveError.self) { try StatusClient.ask(server.path, patience: .milliseconds(50)) }
        #expect(error?.problem.contains("in time") == true)
    }

    /// An older daemon's dates are seconds since 2001, and one of its keys has no underscores.
    @Test func datesAndKeysAreThoseOfTheOtherAnswersAndOlderOnesAreRead() throws {
        let status = DaemonStatus(
            version: "1", source: .init(location: "camera", state: .running),
            model: ModelFacts(
                file: "m", number: 1, fingerprint: "f", isConfidenceTrained: true, classes: ["road"], width: 48, height: 32))
        var object = try #require(JSONSerialization.jsonObject(with: status.json) as? [String: Any])
        object["spool"] = [
            "items": 3, "bytes": 10, "pinned": 1, "itemsPerClass": ["road": 2], "oldest": 817_524_523, "newest": 817_524_536,
        ]
        let older = try JSONSerialization.data(withJSONObject: object)
        let server = try StatusServer(path: path) { older }
        server.start()
        defer { server.stop() }
        let read = try StatusClient.status(path)
        #expect(read.spool?.itemsPerClass == ["road": 2] && read.spool?.newest == Date(timeIntervalSince1970: 1_795_831_736))
        let written = try #require(JSONSerialization.jsonObject(with: read.json) as? [String: Any])
        let spool = try #require(written["spool"] as? [String: Any])
        #expect(spool["items_per_class"] as? [String: Int] == ["road": 2] && spool["itemsPerClass"] == nil)
        #expect(spool["oldest"] as? String == "2026-11-28T02:08:43Z" && spool["newest"] as? String == "2026-11-28T02:08:56Z")
        #expect(try DaemonStatus(json: read.json).spool?.newest == read.spool?.newest)
    }

    @Test func aSecondDaemonIsToldOfTheFirst() throws {
        let server = try StatusServer(path: path) { Data("first".utf8) }
        server.start()
        defer { server.stop() }
        let error = try #require(throws: LiveError.self) { _ = try StatusServer(path: path) { Data() } }
        #expect(error.problem.contains("Another daemon"))
    }

    @Test func aSocketLeftBehindIsReplaced() throws {
        let left = try NotifySocket(isAbstract: false)
        let server = try StatusServer(path: left.name) { Data("new".utf8) }
        server.start()
        defer { server.stop() }
        #expect(try StatusClient.ask(left.name) == Data("new".utf8))
    }

    @Test func aSocketThatAnotherDaemonHasMadeStays() throws {
        let (own, other) = (try StatusServer(path: path) { Data("own".utf8) }, URL(fileURLWithPath: path))
        try FileManager.default.removeItem(at: other)
        let second = try StatusServer(path: path) { Data("second".utf8) }
        second.start()
        own.stop()
        #expect(try StatusClient.ask(path) == Data("second".utf8))
        second.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aServerKnowsWhetherItsSocketIsThere() throws {
        let server = try StatusServer(path: path) { Data() }
        defer { server.stop() }
        #expect(server.isThere)
        try FileManager.default.removeItem(atPath: path)
        #expect(!server.isThere)
        let other = try StatusServer(path: path) { Data() }
        defer { other.stop() }
        #expect(other.isThere && !server.isThere)
    }

    @Test func aFileInTheSocketsPlaceIsKept() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("camber-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("precious".utf8).write(to: file)
        let error = try #require(throws: LiveError.self) { _ = try StatusServer(path: file.path) { Data() } }
        #expect(error.problem.contains(file.path))
        #expect(try Data(contentsOf: file) == Data("precious".utf8))
    }

    @Test func nobodyAnsweringIsAnErrorThatNamesTheSocket() throws {
        let error = try #require(throws: LiveError.self) { _ = try StatusClient.ask("/nowhere/status.sock") }
        #expect(error.problem.contains("/nowhere/status.sock") && error.remedy.contains("'camber run'"))
        let service = try #require(throws: LiveError.self) { _ = try StatusClient.ask("/run/camber/no-such-camera/status.sock") }
        #expect(service.remedy.contains("systemctl status camber@no-such-camera"))
        let long = try #require(throws: LiveError.self) {
            _ = try StatusServer(path: "/tmp/" + String(repeating: "x", count: 200)) { Data() }
        }
        #expect(long.problem.contains("107"))
    }

    /// root may ask every socket, so there is nothing to refuse.
    @Test(.enabled(if: geteuid() != 0)) func whoMayNotAskIsToldSoAndNotThatNobodyRuns() throws {
        let server = try StatusServer(path: path) { Data() }
        defer { withExtendedLifetime(server) {} }
        chmod(path, 0)
        let error = try #require(throws: LiveError.self) { _ = try StatusClient.ask(path) }
        #expect(error.code == .notPermitted && error.remedy.contains("sudo") && !error.remedy.contains("running"))
    }

    @Test func theStandardPathFollowsTheEnvironment() {
        #expect(
            StatusSocketPath.standard(["RUNTIME_DIRECTORY": "/run/a:/run/b", "XDG_RUNTIME_DIR": "/x"]) == "/run/a/status.sock")
        #expect(StatusSocketPath.standard(["XDG_RUNTIME_DIR": "/x"]) == "/x/camber/status.sock")
        #expect(StatusSocketPath.standard([:]) == "/run/camber/status.sock")
    }

    /// The learner reads a link to a camera's configuration, and asks that camera's service whether it is late.
    @Test func whoReadsACamerasConfigurationAsksItsService() throws {
        let folder = try TestFolder()
        let cameras = folder.url.path
        try Data().write(to: folder.url.appendingPathComponent("front.yaml"))
        try FileManager.default.createSymbolicLink(atPath: "\(cameras)/learn.yaml", withDestinationPath: "front.yaml")
        let user = ["XDG_RUNTIME_DIR": "/x"]
        for file in ["front.yaml", "learn.yaml"] {
            let path = StatusSocketPath.standard(user, of: "\(cameras)/\(file)", cameras: cameras)
            #expect(path == "/run/camber/front/status.sock")
        }
        #expect(StatusSocketPath.standard(user, of: "\(cameras)/front.yaml", cameras: "/etc/camber") == "/x/camber/status.sock")
        #expect(StatusSocketPath.standard(user, of: "\(cameras)/more/front.yaml", cameras: cameras) == "/x/camber/status.sock")
        let service = ["RUNTIME_DIRECTORY": "/run/a"]
        #expect(StatusSocketPath.standard(service, of: "\(cameras)/front.yaml", cameras: cameras) == "/run/a/status.sock")
    }

    @Test func whoNamesNoSocketGetsTheOnlyServiceOrTheNamesOfAll() throws {
        let services = FileManager.default.temporaryDirectory.appendingPathComponent("camber-services-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: services) }
        let environment = ["XDG_RUNTIME_DIR": services + "/nobody"]
        #expect(try StatusSocketPath.found(environment, services: services) == services + "/nobody/camber/status.sock")
        for camera in ["front", "rear"] {
            try FileManager.default.createDirectory(atPath: "\(services)/\(camera)", withIntermediateDirectories: true)
        }
        _ = FileManager.default.createFile(atPath: "\(services)/front/status.sock", contents: nil)
        #expect(try StatusSocketPath.found(environment, services: services) == "\(services)/front/status.sock")
        _ = FileManager.default.createFile(atPath: "\(services)/rear/status.sock", contents: nil)
        let error = #expect(throws: LiveError.self) { try StatusSocketPath.found(environment, services: services) }
        #expect(error?.description.contains("\(services)/rear/status.sock") == true)
        #expect(error?.remedy.contains("front or rear") == true)
    }

    /// A service's folder is open to its user and its group; root may look into all.
    @Test(.enabled(if: geteuid() != 0)) func aServiceThatThisUserMayNotSeeIsFound() throws {
        let services = FileManager.default.temporaryDirectory.appendingPathComponent("camber-services-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(services)/front", withIntermediateDirectories: true)
        chmod("\(services)/front", 0)
        defer {
            chmod("\(services)/front", 0o700)
            try? FileManager.default.removeItem(atPath: services)
        }
        let found = try StatusSocketPath.found(["XDG_RUNTIME_DIR": services + "/nobody"], services: services)
        #expect(found == "\(services)/front/status.sock")
    }
}
