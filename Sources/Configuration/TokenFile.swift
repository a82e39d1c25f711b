import Synchronization

/// The token of the page, which may be changed while the page is served.
public final class TokenFile: Sendable {
    private let path: String
    private let last: Mutex<String>

    /// Nil where the file holds none that is fit.
    public init?(_ path: String) {
        guard let token = Configuration.Dashboard.token(in: path) else { return nil }
        self.path = path
        last = Mutex(token)
    }

    /// What the file holds now. While somebody writes a new one, the last that was read still holds, never one before it.
    public var token: String {
        last.withLock { last in
            if let token = Configuration.Dashboard.token(in: path) { last = token }
            return last
        }
    }
}
