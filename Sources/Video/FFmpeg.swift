import CFFmpeg
import Glibc

/// FFmpeg's constants that C macros hide from Swift, its process-wide settings, and its error texts.
enum FFmpeg {
    static let noTimestamp = Int64.min
    static let endOfFile = tag("EOF ")
    static let exitRequested = tag("EXIT")
    static let invalidData = tag("INDA")
    static let tryAgain = -EAGAIN

    /// The largest picture taken from outside: headers lie, and memory is bounded.
    static let maximumPixels = 8192 * 8192

    /// Silences FFmpeg's own log, and bounds what a single header can make it allocate; runs once in a process.
    static let settings: Void = {
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(512 << 20)
    }()

    /// FFmpeg's words for one of its error numbers.
    static func text(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            av_strerror(code, buffer.baseAddress, buffer.count)
            return String(cString: buffer.baseAddress!)
        }
    }

    /// FFmpeg's `FFERRTAG`.
    private static func tag(_ letters: StaticString) -> Int32 {
        letters.withUTF8Buffer { bytes in
            -(Int32(bytes[0]) | Int32(bytes[1]) << 8 | Int32(bytes[2]) << 16 | Int32(bytes[3]) << 24)
        }
    }
}
