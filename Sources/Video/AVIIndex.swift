import CFFmpeg

/// An AVI's own index, by which a packet's place in the file tells its number. FFmpeg counts the packets that it finds, so that each
/// one lost would move all behind it.
struct AVIIndex {
    private let stream: UnsafeMutablePointer<AVStream>
    private var cursor: Int32 = 0
    /// How many packets were lost so far.
    private(set) var lost: Int64 = 0
    /// Of a chunk's name and size, which stand before its bytes.
    private static let headSize: Int64 = 8

    /// Nil of other containers.
    init?(_ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>) {
        guard String(cString: context.pointee.iformat.pointee.name) == "avi" else { return nil }
        self.stream = stream
    }

    /// Gives a packet its time by the index; one that is not in it follows those before.
    mutating func correct(_ packet: inout AVPacket) {
        if let number = number(at: packet.pos - Self.headSize), packet.dts != FFmpeg.noTimestamp {
            let (ahead, overflow) = number.subtractingReportingOverflow(packet.dts)
            if !overflow { lost = max(lost, ahead) }
        }
        guard lost > 0 else { return }
        if packet.dts != FFmpeg.noTimestamp { packet.dts = packet.dts.addingReportingOverflow(lost).partialValue }
        if packet.pts != FFmpeg.noTimestamp { packet.pts = packet.pts.addingReportingOverflow(lost).partialValue }
    }

    private mutating func number(at position: Int64) -> Int64? {
        while let entry = avformat_index_get_entry(stream, cursor), entry.pointee.pos < position { cursor += 1 }
        guard let entry = avformat_index_get_entry(stream, cursor), entry.pointee.pos == position else { return nil }
        return entry.pointee.timestamp
    }
}
