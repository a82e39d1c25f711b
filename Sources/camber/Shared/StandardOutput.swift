import Glibc
import Synchronization

/// Where results go.
enum StandardOutput {
    private static let hasFailed = Atomic(false)

    /// Whether a result did not get there. A reader that went away has seen enough.
    static var isLost: Bool { hasFailed.load(ordering: .relaxed) }

    /// Writes a text as it is.
    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(1, $0.baseAddress! + written, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return hasFailed.store(errno != EPIPE, ordering: .relaxed) }
            written += count
        }
    }
}
