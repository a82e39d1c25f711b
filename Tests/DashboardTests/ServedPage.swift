import Dashboard
import Foundation
import Logging
import RoadScenes
import Store
import Testing
import Video

/// The page of a fake daemon, served at a port of its own, with a spool in a folder that goes with the test.
final class ServedPage: Sendable {
    static let token = "a-token-that-nobody-guesses"
    static let change = ["X-Camber": "1"]

    let daemon = FakeDaemon()
    let folder: String
    let spool: Spool
    let port: Int
    private let page: Dashboard

    /// - Parameters:
    ///   - items: frames in the spool; every third has a person.
    ///   - fill: makes a registry in the folder that it is given.
    init(
        items: Int = 0, token: String? = nil, isLoopback: Bool = true, hasStore: Bool = true, hasHuman: Bool = false,
        fill: ((String) throws -> Void)? = nil
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("camber-page-\(UUID().uuidString)").path
        self.folder = folder
        spool = try Spool(folder: "\(folder)/spool", limits: .none, classes: daemon.classes)
        for number in 0..<items { _ = try spool.add(Self.entry(number, hasPerson: number % 3 == 0)) }
        try fill?("\(folder)/models")
        let settings = DashboardSettings(
            host: "127.0.0.1", port: 0, isLoopback: isLoopback, token: token, spool: hasStore ? "\(folder)/spool" : nil,
            registry: fill == nil ? nil : "\(folder)/models", human: hasHuman ? "\(folder)/human" : nil)
        page = Dashboard(settings, daemon: daemon, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        page.start()
        let end = ContinuousClock.now + .seconds(60)
        while page.port == nil, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
        port = try #require(page.port, "the page is not served")
    }

    deinit {
        page.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func get(_ target: String, headers: [String: String] = [:]) async throws -> PlainClient.Answer {
        try await PlainClient.ask(port, "GET", target, headers: headers)
    }

    func ask(
        _ method: String, _ target: String, headers: [String: String] = ServedPage.change, body: [UInt8] = []
    ) async throws -> PlainClient.Answer {
        try await PlainClient.ask(port, method, target, headers: headers, body: body)
    }

    /// Void at the left, then a person where one is wanted, sky above, road below.
    private static func entry(_ number: Int, hasPerson: Bool) -> SpoolEntry {
        let (frame, labels) = (RGBImage(width: 48, height: 32), GrayImage(width: 48, height: 32))
        frame.bytes.fill(with: UInt8(truncatingIfNeeded: number * 31))
        for index in labels.bytes.indices {
            labels.bytes[index] = index % 48 < 8 ? 255 : hasPerson && index % 48 < 16 ? 2 : index < 512 ? 1 : 0
        }
        return SpoolEntry(
            frame: frame, labels: labels, source: "camera 1", frameNumber: number,
            time: Date(timeIntervalSince1970: 1_800_000_000 + Double(number)), model: "0123456789abcdef", threshold: 0.7,
            selectedRatio: 5.0 / 6, signature: [UInt8](repeating: UInt8(number % 256), count: 16))
    }
}
