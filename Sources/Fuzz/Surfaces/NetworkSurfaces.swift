import Dashboard
import Foundation
import Live
import Logging
import RoadScenes
import Status
import Store
import Threads
import Video

/// Whoever is at the other end of a socket.
extension SurfaceKind {
    static let networks = [
        SurfaceKind(
            name: "http",
            words: [
                "GET ", "POST ", "DELETE ", "PUT ", "HTTP/1.1", "\r\n", "Content-Length: ", "Transfer-Encoding: chunked",
                "Host: ",
                "Origin: ", "Authorization: Bearer ", "X-Camber: 1", "/api/spool/1", "/api/models/1/promote", "?limit=",
                "&class=",
                "%00", "%2e%2e/", "Expect: 100-continue", "Range: bytes=0-",
            ]
        ) { try PageSurface($0) },
        SurfaceKind(name: "status", words: ["model", "frames", "gate", "spool", "learner", "null", "[]", "{}"]) { scratch in
            let peer = try LoopbackPeer(socket: "\(scratch.path)/status.sock")
            return FunctionSurface { bytes in
                peer.answer = bytes
                _ = try StatusClient.status("\(scratch.path)/status.sock")
            }
        },
        SurfaceKind(
            name: "web-camera",
            words: [
                "HTTP/1.1 200 OK\r\n", "Content-Type: multipart/x-mixed-replace; boundary=frame", "\r\n\r\n", "--frame\r\n",
                "Content-Length: ", "Transfer-Encoding: chunked\r\n", "Location: ", "301", "401", "WWW-Authenticate: Basic",
                "image/jpeg", "text/html",
            ]
        ) { _ in
            let peer = try LoopbackPeer()
            let frame = VideoFrame()
            return FunctionSurface { bytes in
                peer.answer = bytes
                var options = VideoSource.Options()
                (options.openTimeout, options.stallTimeout) = (2, 2)
                let source = try VideoSource("http://127.0.0.1:\(peer.port)/camera.mjpg", options: options)
                for _ in 0..<4 where try source.read(into: frame) {}
            }
        },
    ]
}

/// The page of a daemon that does nothing, with a spool of two frames.
private struct PageSurface: Surface {
    private let page: Dashboard
    private let scratch: ScratchFolder

    init(_ scratch: ScratchFolder) throws {
        self.scratch = scratch
        let daemon = QuietDaemon()
        let spool = try scratch.spool(items: 2, classes: daemon.classes)
        let settings = DashboardSettings(
            host: "127.0.0.1", port: 0, isLoopback: true, token: nil, spool: spool.folder, registry: "\(scratch.path)/models")
        page = Dashboard(settings, daemon: daemon, logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
        page.start()
        let end = MonotonicClock.now + .seconds(20)
        while page.port == nil, MonotonicClock.now < end { usleep(1000) }
    }

    func feed(_ bytes: [UInt8]) throws {
        guard let port = page.port else { preconditionFailure("the page is not served") }
        let answer = LoopbackPeer.exchange(bytes, port: port)
        // A fault of the page's own is a fault, whatever was asked.
        precondition(!answer.starts(with: "HTTP/1.1 500".utf8), String(decoding: answer.prefix(400), as: UTF8.self))
        if !answer.starts(with: "HTTP/1.1 2".utf8) { throw RefusedRequest() }
    }

    private struct RefusedRequest: Error {}
}

private final class QuietDaemon: DashboardDaemon {
    let classes = ClassSet([.init("road", 128, 64, 128), .init("sky", 70, 130, 180)])

    func status() -> DaemonStatus {
        let model = ModelFacts(
            file: "", fingerprint: "", isConfidenceTrained: false, classes: classes.names, width: 48, height: 32)
        return DaemonStatus(version: "0", source: .init(location: "", state: .opening), model: model)
    }
    func latency(upTo bounds: [Double]) -> LatencyBuckets {
        LatencyBuckets(bounds: bounds, counts: bounds.map { _ in 0 }, count: 0, sum: 0)
    }
    func learn() throws(DashboardError) { throw DashboardError(.conflict, "The learner is running already.") }
    func nextFrame(within time: Duration) -> (picture: RGBImage, classMap: GrayImage)? { nil }
    func lastLook() -> (picture: RGBImage, confidence: GrayImage)? { nil }
}
