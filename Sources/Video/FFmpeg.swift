import CFFmpeg
import Glibc
import Synchronization

/// FFmpeg's constants that C macros hide from Swift, its process-wide settings, and its error texts.
enum FFmpeg {
    static let noTimestamp = Int64.min
    static let endOfFile = tag("EOF ")
    static let exitRequested = tag("EXIT")
    static let invalidData = tag("INDA")
    static let unauthorized = tag("401", first: 0xf8)
    static let forbidden = tag("403", first: 0xf8)
    static let notFound = tag("404", first: 0xf8)
    static let tryAgain = -EAGAIN

    /// The largest picture taken from outside: headers lie, and memory is bounded.
    static let maximumPixels = 8192 * 8192

    /// Units: bytes that a single header can make FFmpeg allocate.
    static let allocationLimit = 512 << 20

    /// Turns FFmpeg's own log into signs of damage, and bounds its allocations; runs once in a process.
    static let settings: Void = {
        _ = DamageLog.installation
        av_max_alloc(allocationLimit)
    }()

    private static let raisedLimits = Mutex<[Int]>([])

    /// Lets FFmpeg allocate up to `bytes` at once while `body` runs. The limit is the whole process's, so this is for the short
    /// moment in which an encoder of ours takes a buffer for its worst case; most of that memory is never touched.
    static func allowing<Value>(bytes: Int, _ body: () throws(VideoError) -> Value) throws(VideoError) -> Value {
        guard bytes > allocationLimit else { return try body() }
        raisedLimits.withLock { limits in
            limits.append(bytes)
            av_max_alloc(limits.max()!)
        }
        defer {
            raisedLimits.withLock { limits in
                limits.remove(at: limits.firstIndex(of: bytes)!)
                av_max_alloc(max(allocationLimit, limits.max() ?? 0))
            }
        }
        return try body()
    }

    /// FFmpeg's words for one of its error numbers; ours where its own tell nothing.
    static func text(_ code: Int32) -> String {
        if code == invalidData { return "its data is damaged, or of another kind" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            av_strerror(code, buffer.baseAddress, buffer.count)
            return String(cString: buffer.baseAddress!)
        }
    }

    /// FFmpeg's `FFERRTAG` of four bytes, the first of them a letter too where it is not given.
    private static func tag(_ letters: StaticString, first: UInt8? = nil) -> Int32 {
        letters.withUTF8Buffer { bytes in
            let tag = ([first].compactMap { $0 } + bytes).reversed().reduce(0 as Int32) { $0 << 8 | Int32($1) }
            return -tag
        }
    }
}
