import Foundation

/// Where the daemon answers `camber status` unless its configuration says otherwise.
public enum StatusSocketPath {
    /// In the service's or the user's own run-time folder, else in /run/camber.
    public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        // systemd separates several folders by colons.
        if let folder = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first { return "\(folder)/status.sock" }
        if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty { return "\(folder)/camber/status.sock" }
        return "/run/camber/status.sock"
    }
}
