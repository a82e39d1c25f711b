import Errors
import Foundation

/// Where the daemon answers `camber status` unless its configuration says otherwise.
public enum StatusSocketPath {
    /// In the run-time folder of the service that runs a camera's configuration, whoever reads that: the learner asks there too. Else in
    /// the user's own, else in /run/camber.
    ///
    /// - Parameters:
    ///   - file: the configuration; nil where none is known.
    ///   - cameras: holds the configurations of services.
    public static func standard(
        _ environment: [String: String] = ProcessInfo.processInfo.environment, of file: String? = nil, cameras: String = cameras
    ) -> String {
        // systemd separates several folders by colons.
        if let folder = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first { return "\(folder)/status.sock" }
        if let camera = file.flatMap({ camera(ofFile: $0, in: cameras) }) { return socket(of: camera, services) }
        if let folder = environment["XDG_RUNTIME_DIR"], !folder.isEmpty { return "\(folder)/camber/status.sock" }
        return "\(services)/status.sock"
    }

    /// Where somebody who names no socket finds the daemon: at the standard place, else the one service of this machine.
    ///
    /// - Parameter services: holds a folder for every camera's service.
    /// - Throws: where the services are several.
    public static func found(
        _ environment: [String: String] = ProcessInfo.processInfo.environment, services: String = services
    ) throws(CamberError) -> String {
        let standard = standard(environment)
        if FileManager.default.fileExists(atPath: standard) { return standard }
        let folders = ((try? FileManager.default.contentsOfDirectory(atPath: services)) ?? []).sorted()
        let names = folders.filter { mayBeThere(socket(of: $0, services)) }
        if names.count > 1 {
            throw CamberError(
                "Several daemons run here: \(names.map { socket(of: $0, services) }.joined(separator: ", ")).",
                remedy: "Name one of them: \(names.joined(separator: " or ")).")
        }
        return names.first.map { socket(of: $0, services) } ?? standard
    }

    /// Whether a file is there, or in a folder that this user may not look into: who asks there is told so.
    private static func mayBeThere(_ path: String) -> Bool { access(path, F_OK) == 0 || errno == EACCES }

    /// Where the service of a camera answers.
    ///
    /// - Throws: where that can be no camera's name.
    public static func of(_ name: String, services: String = services) throws(CamberError) -> String {
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else {
            throw CamberError(
                "'\(name)' is no name of a camera.", remedy: "It is that of its file in /etc/camber; a path goes behind --socket."
            )
        }
        return socket(of: name, services)
    }

    private static func socket(of name: String, _ services: String) -> String { "\(services)/\(name)/status.sock" }

    /// The camera whose configuration a file or a link to it is; nil where that is no service's.
    private static func camera(ofFile path: String, in cameras: String) -> String? {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let folder = URL(fileURLWithPath: cameras).resolvingSymlinksInPath()
        guard file.pathExtension == "yaml", file.deletingLastPathComponent().path == folder.path else { return nil }
        return file.deletingPathExtension().lastPathComponent
    }

    /// The camera whose service answers at a path; nil where that is no service's.
    package static func camera(_ path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, socket(of: String(parts[3]), services) == path else { return nil }
        return String(parts[3])
    }

    /// What the kernel's address of a socket holds, less the closing zero.
    private static let longest = 107

    /// What is wrong with the path of a socket; nil where nothing is.
    package static func problem(with path: String) -> String? {
        if path.utf8.count > longest { return "The socket's path is \(path.utf8.count) bytes long; \(longest) fit." }
        var entry = stat()
        let isOther = lstat(path, &entry) == 0 && entry.st_mode & S_IFMT != S_IFSOCK
        return isOther ? "\(path) is there and is no socket." : nil
    }

    /// Where systemd puts the folders of `camber@.service`.
    public static let services = "/run/camber"

    /// Where `camber@.service` looks for a camera's configuration.
    public static let cameras = "/etc/camber"
}
