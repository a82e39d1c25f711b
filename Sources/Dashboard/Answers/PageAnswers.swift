import Foundation
import WebServer

/// The page itself, and what others ask a service for: health, readiness, metrics, the API's description.
struct PageAnswers {
    let daemon: any DashboardDaemon
    let store: StoreAccess

    /// Units: seconds.
    private static let latencyBounds = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5]

    func add(to router: inout Router) {
        router.add("/", [.get: { _ in Self.page() }])
        router.add("/healthz", [.get: { _ in .text("ok\n") }])
        router.add("/readyz", [.get: { _ in ready() }])
        router.add("/metrics", [.get: { _ in metrics() }])
        router.add("/api/openapi.yaml", [.get: { _ in .bytes(PackageResources.openapi_yaml, type: "application/yaml") }])
    }

    /// Scripts and styles are the page's own: a number that nobody can guess says so to the browser.
    private static func page() -> Response {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<2).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
        var response = Response.text(PageDocument.html(nonce: nonce), type: "text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] =
            "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; img-src 'self' blob: data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return response
    }

    private func ready() -> Response {
        if let reason = daemon.status().whyNotReady { return .text(reason + "\n", status: .serviceUnavailable) }
        return .text("ready\n")
    }

    private func metrics() -> Response {
        var metrics = MetricsText()
        metrics.add(daemon.status(), daemon.latency(upTo: Self.latencyBounds))
        if let spool = store.spoolSummary() { metrics.add(spool) }
        if let cycles = store.cycles() { metrics.addCycles(cycles.count, last: cycles.last) }
        return .text(metrics.text, type: MetricsText.contentType)
    }
}
