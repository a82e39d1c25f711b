import CFFmpeg

/// A copy of one packet of a source: what a camera sent of one picture.
// Safe to send: never changed once it is made.
public final class SourcePacket: @unchecked Sendable {
    let packet: UnsafeMutablePointer<AVPacket>
    let stream: PacketStream
    /// Times follow on from one packet to the next as long as this is the same.
    let clock: Int
    /// One more than that of the packet before.
    public let number: Int
    /// Units: seconds on a line that goes on where the source is opened anew, or its own times jump.
    public let position: Double

    /// Nil where there is no memory for it.
    init?(
        _ bytes: UnsafeRawBufferPointer, like properties: UnsafePointer<AVPacket>?, of stream: PacketStream, number: Int,
        at place: PacketClock.Place
    ) {
        guard let packet = av_packet_alloc() else { return nil }
        self.packet = packet
        (self.stream, self.number, position, clock) = (stream, number, place.position, place.clock)
        guard bytes.count < Int32.max, av_new_packet(packet, Int32(bytes.count)) >= 0 else { return nil }
        UnsafeMutableRawPointer(packet.pointee.data).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
        if let properties { av_packet_copy_props(packet, properties) } else { packet.pointee.flags = AV_PKT_FLAG_KEY }
        (packet.pointee.pts, packet.pointee.dts) = (place.pts, place.dts)
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = packet
        av_packet_free(&packet)
    }

    /// Whether it can be decoded without any other.
    public var isKey: Bool { packet.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    /// Units: bytes.
    public var size: Int { Int(packet.pointee.size) }
    /// Units: bytes of memory that it takes, about.
    var cost: Int {
        let sides = (0..<Int(packet.pointee.side_data_elems)).reduce(0) { $0 + Int(packet.pointee.side_data[$1].size) }
        return size + sides + 512
    }
}
