import CFFmpeg
import Foundation

/// A video of a source's own packets, as they came.
///
/// It has another name until `close` gives it its own, and plays under both: as `VideoSink`.
///
/// Threading: one thread at a time.
public final class PacketFile {
    public let path: String
    /// Units: seconds from the first packet to the last.
    public private(set) var seconds = 0.0
    /// Units: bytes of packets.
    public private(set) var bytes = 0

    private let muxer: Muxer
    private let stream: PacketStream
    private let scratch: UnsafeMutablePointer<AVPacket>
    /// Units: ticks from a packet's time to the file's.
    private var offset: Int64
    private let first: Double
    private var last: (dts: Int64, position: Double, clock: Int)
    private var lastNumber: Int?
    /// Of the packet that is shown last of those on the clock at hand. Units: ticks of the source.
    private var latestShown = Int64.min
    /// Of the key packet that an unbroken row of packets begins with; what is shown before it needs what is not here.
    private var keyTime: Int64?
    private var syncAt: Double
    private static let syncEvery = Double(VideoSink.syncSeconds)

    /// The name that a file of these packets gets: MKV where MP4 does not hold them.
    public static func path(_ path: String, for packet: SourcePacket) -> String {
        guard SourceLocation.pathExtension(of: path) == "mp4", let format = av_guess_format("mp4", nil, nil),
            avformat_query_codec(format, packet.stream.parameters.pointee.codec_id, FF_COMPLIANCE_NORMAL) != 1
        else { return path }
        return String(path.dropLast(3)) + "mkv"
    }

    /// - Parameters:
    ///   - path: ends in .mp4 or .mkv.
    ///   - first: a key packet, which is written too.
    ///   - created: when it was taken, by the wall clock; units: seconds since 1970.
    public init(_ path: String, first: SourcePacket, created: Double) throws(VideoError) {
        precondition(first.isKey, "a file that does not begin with a key packet")
        self.path = path
        let container = SourceLocation.pathExtension(of: path) == "mkv" ? "matroska" : "mp4"
        muxer = try Muxer(path: path, format: container)
        stream = first.stream
        scratch = av_packet_alloc()
        offset = 0 &- first.packet.pointee.pts
        (self.first, syncAt) = (first.position, first.position + Self.syncEvery)
        last = (Int64.min, first.position, first.clock)
        let time = Date(timeIntervalSince1970: created).formatted(.iso8601)
        do throws(VideoError) {
            try muxer.start(
                first.stream.completed(by: first.packet), options: SinkProfile.options(ofContainer: container), created: time)
            try append(first)
        } catch {
            muxer.discard()
            throw error
        }
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = scratch
        av_packet_free(&packet)
    }

    /// Whether a packet can follow here: it is of the same kind of stream.
    public func takes(_ packet: SourcePacket) -> Bool { packet.stream.isLike(stream) }

    /// Whether a packet's picture is shown before one that is here already: without it the file would end with a hole.
    public func isShownWithin(_ packet: SourcePacket) -> Bool {
        packet.clock == last.clock && packet.packet.pointee.pts < latestShown
    }

    /// - Throws: where it cannot be written, as on a full disk.
    public func append(_ source: SourcePacket) throws(VideoError) {
        let packet = source.packet.pointee
        if source.clock != last.clock {
            let gap = Int64(nearest: (source.position - last.position) / stream.timeBase.value)
            offset = last.dts &+ max(1, gap) &- packet.dts
            latestShown = .min
        }
        let goesOn = source.clock == last.clock && lastNumber == source.number - 1
        if !goesOn { keyTime = source.isKey ? packet.pts : nil }
        lastNumber = source.number
        last = (last.dts, source.position, source.clock)
        if let keyTime, packet.pts < keyTime { return }
        latestShown = max(latestShown, packet.pts)
        guard av_packet_ref(scratch, source.packet) >= 0 else { throw VideoError("Out of memory while writing \(path).") }
        defer { av_packet_unref(scratch) }
        scratch.pointee.pts = packet.pts &+ offset
        scratch.pointee.dts = packet.dts &+ offset
        last.dts = scratch.pointee.dts
        try muxer.write(scratch, timeBase: stream.timeBase)
        bytes += source.size
        seconds = source.position - first
        if source.position >= syncAt {
            try muxer.sync()
            syncAt = source.position + Self.syncEvery
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// - Throws: as `VideoSink.close`.
    public func close() throws(VideoError) { try muxer.finish(isWhole: true) }
}
