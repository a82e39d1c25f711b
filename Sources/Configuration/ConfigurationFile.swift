import Errors
import Foundation
import Threads

/// Reads a configuration as people give it: a file, or a pipe that gives it soon.
enum ConfigurationFile {
    /// A reload must not wait for ever for a pipe that nobody writes to.
    private static let patience = Duration.seconds(5)

    /// - Throws: what is wrong, to be read after "The file".
    static func text(_ path: String, atMost limit: Int) throws(CamberError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        let end = MonotonicClock.now + patience
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno == EAGAIN, MonotonicClock.now < end {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                poll(&waiting, 1, 100)
            } else if errno != EINTR {
                throw unreadable(errno)
            }
        }
        guard filled <= limit else {
            throw CamberError("is larger than \(limit / 1024) KB.", remedy: "Is it a configuration file?")
        }
        guard let text = String(validating: bytes[..<filled], as: UTF8.self) else { throw CamberError("is no text in UTF-8.") }
        return text
    }

    private static func unreadable(_ code: Int32) -> CamberError {
        .system("cannot be read", code, remedy: ConfigurationReference.example)
    }
}
