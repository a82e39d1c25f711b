import CFFmpeg
import Synchronization

/// Copies the packets of a source into rings as they are read, over all times that the source is opened.
///
/// Threading: the reading thread.
public final class PacketTap: Sendable {
    private struct State {
        var stream: PacketStream?
        var clock = PacketClock()
        var number = 0
        var waitsForKey = true
    }

    private let rings: [PacketRing]
    private let state = Mutex(State())

    public init(_ rings: [PacketRing]) { self.rings = rings }

    /// A source was opened.
    func begin(_ stream: PacketStream, name: String) {
        if stream.isRaw {
            return refuse("\(name) gives raw pictures, which no camera has encoded.")
        }
        for ring in rings { ring.refuse(nil) }
        state.withLock {
            $0.stream = stream
            $0.clock.beginStream()
            $0.waitsForKey = true
        }
    }

    /// What was opened has no packets, and this is why.
    func refuse(_ reason: String) {
        end()
        for ring in rings { ring.refuse(reason) }
    }

    func end() { state.withLock { $0.stream = nil } }

    func add(_ packet: UnsafePointer<AVPacket>) {
        let source = packet.pointee
        guard let data = source.data, source.size > 0 else { return }
        add(
            UnsafeRawBufferPointer(start: data, count: Int(source.size)), like: packet, pts: source.pts, dts: source.dts,
            duration: source.duration, isKey: source.flags & AV_PKT_FLAG_KEY != 0)
    }

    /// A picture that stands for itself, shown at this tick of the stream.
    func add(_ picture: Slice<UnsafeRawBufferPointer>, at time: Int64) {
        guard !picture.isEmpty else { return }
        add(UnsafeRawBufferPointer(rebasing: picture), like: nil, pts: time, dts: time, duration: 0, isKey: true)
    }

    private func add(
        _ bytes: UnsafeRawBufferPointer, like properties: UnsafePointer<AVPacket>?, pts: Int64, dts: Int64, duration: Int64,
        isKey: Bool
    ) {
        let now = Double(Interruption.now()) / 1e9
        let copy = state.withLock { state -> SourcePacket? in
            guard let stream = state.stream else { return nil }
            let place = state.clock.place(pts: pts, dts: dts, duration: duration, in: stream, now: now)
            // Who joins in the middle decodes nothing before it.
            if state.waitsForKey, !isKey { return nil }
            guard let copy = SourcePacket(bytes, like: properties, of: stream, number: state.number, at: place) else {
                state.waitsForKey = true
                return nil
            }
            state.waitsForKey = false
            state.number += 1
            return copy
        }
        if let copy { for ring in rings { ring.add(copy) } }
    }
}
