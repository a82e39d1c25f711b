import CFFmpeg
import Glibc
import Synchronization

/// Hears what FFmpeg's decoders and containers only log: a picture whose rest is missing is given out like any other.
///
/// Threading: any; FFmpeg logs from its own threads too.
final class DamageLog: Sendable {
    private let heard = Atomic(0)
    private let cut = Atomic(false)
    private let left = Atomic(0)

    /// Signs of damage so far.
    var count: Int { heard.load(ordering: .relaxed) }

    /// The container was cut off in the middle of something.
    var isCutOff: Bool { cut.load(ordering: .relaxed) }

    /// How often the container could not be read on, and went on further behind: what lay between is not given out.
    var holeCount: Int { left.load(ordering: .relaxed) }

    /// Takes what FFmpeg logs; runs once in a process.
    static let installation: Void = av_log_set_callback { context, level, format, arguments in
        // Debug messages come by the dozen for each picture: only two of them matter, and none is put together.
        guard let context, let format, let arguments else { return }
        let isGap = level == AV_LOG_DEBUG && strncmp(format, "Frame num gap", 13) == 0
        let isLeft = strncmp(format, freed, strlen(freed)) == 0
        guard level <= AV_LOG_WARNING || isGap || isLeft, let log = DamageLog.of(context) else { return }
        if !log.isDecoder, strncmp(format, endsEarly, strlen(endsEarly)) == 0 { log.note.cut.store(true, ordering: .relaxed) }
        if isLeft || !log.isDecoder && unreadable.contains(where: { strstr(format, $0) != nil }) {
            log.note.left.add(1, ordering: .relaxed)
        }
        if isGap || isDamage(level, format, arguments, isDecoder: log.isDecoder) { log.note.heard.add(1, ordering: .relaxed) }
    }

    /// Of the decoder or container that logs; nil where nobody listens to it.
    private static func of(_ context: UnsafeMutableRawPointer) -> (note: DamageLog, isDecoder: Bool)? {
        // Whatever logs begins with a pointer to its class.
        let kind = context.load(as: UnsafeRawPointer?.self)
        let opaque: UnsafeMutableRawPointer?
        let isDecoder = kind == UnsafeRawPointer(avcodec_get_class())
        if isDecoder {
            opaque = context.assumingMemoryBound(to: AVCodecContext.self).pointee.opaque
        } else if kind == UnsafeRawPointer(avformat_get_class()) {
            opaque = context.assumingMemoryBound(to: AVFormatContext.self).pointee.opaque
        } else {
            return nil
        }
        return opaque.map { (Unmanaged<DamageLog>.fromOpaque($0).takeUnretainedValue(), isDecoder) }
    }

    /// Errors of decoders are damage, but for those that whole pictures come with; of containers and of warnings, only some are.
    private static func isDamage(
        _ level: Int32, _ format: UnsafePointer<CChar>, _ arguments: CVaListPointer, isDecoder: Bool
    ) -> Bool {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            vsnprintf(buffer.baseAddress!, buffer.count, format, arguments)
            return String(cString: buffer.baseAddress!)
        }
        if isDecoder && level <= AV_LOG_ERROR { return !harmless.contains { text.contains($0) } }
        return (isDecoder ? ofDecoders : ofContainers).contains { text.contains($0) }
    }

    /// What cameras' odd but whole streams make decoders complain about.
    private static let harmless = [
        "APP fields", "unref short failure", "number of reference frames", "no frame!", "co located", "SEI type", "Overread SEI",
        "Ignoring", "unknown SEI", "VUI", "ICC", "Exif", "EXIF", "Geo",
    ]
    /// What FFmpeg's reader of Matroska says; it does not give out the packet that is cut.
    private static let endsEarly = "File ended prematurely"
    /// What readers of Matroska, Windows Media, FLV and Ogg say of bytes that are none, before they look for what follows.
    private static let unreadable = [
        "invalid as first byte of an EBML", "exceeds containing master element", "ff asf bad header", "Packet mismatch",
        "CRC mismatch!", "cannot find sync word",
    ]
    /// What the reader of Windows Media says of a picture whose rest does not come.
    private static let freed = "freeing incomplete packet size"
    private static let ofDecoders = ["EOI missing", "concealing"]
    private static let ofContainers = ["RTP: missed"]
}
