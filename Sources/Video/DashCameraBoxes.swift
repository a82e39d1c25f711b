/// Where dash cameras write where they are: boxes of their own in an MP4, which FFmpeg passes over.
///
/// Sources: https://exiftool.org/TagNames/QuickTime.html, https://sergei.nz/extracting-gps-data-from-viofo-a119-and-other-novatek-powered-cameras.
struct DashCameraBoxes {
    /// Units: bytes; a box of a recording of hours has a few megabytes.
    private static let largestBox: Int64 = 16 << 20
    /// Units: bytes of a block that hold something; the rest is empty.
    private static let blockStart = 1024
    /// Units: bytes of one of 70mai's entries.
    private static let entry = 36

    let input: FileInput
    /// Of the recording. Units: seconds; 0 where unknown.
    let duration: Double
    let interruption: Interruption

    func read(_ visit: (TelemetryStreams.Packet) -> Void) {
        for box in TopBoxes(input) where !interruption.mustStop {
            switch box.kind {
            case "moov": for table in children(of: box) where table.kind == "gps " { readTable(bytes(of: table), visit) }
            case "free": readBlackVue(children(of: box), visit)
            case "GPS ": readEntries(bytes(of: box), visit)
            default: continue
            }
        }
    }

    private func children(of box: TopBoxes.Box) -> [TopBoxes.Box] { Array(TopBoxes(input, in: box)) }

    /// What stands in it behind its head.
    private func bytes(of box: TopBoxes.Box) -> [UInt8] {
        let length = min(box.end, input.size) - box.start - 8
        return (1...Self.largestBox).contains(length) ? input.bytes(at: box.start + 8, count: Int(length)) : []
    }

    /// Viofo's and others' with chips by Novatek: a table of blocks that lie between the pictures, one a second.
    private func readTable(_ table: [UInt8], _ visit: (TelemetryStreams.Packet) -> Void) {
        guard table.count >= 8 else { return }
        let count = table.withUnsafeBytes { min($0.bigEndian32(at: 4), (table.count - 8) / 8) }
        let step = duration > 0 ? duration / Double(max(count, 1)) : 1
        for index in 0..<count where !interruption.mustStop {
            let (start, size) = table.withUnsafeBytes { ($0.bigEndian32(at: 8 + index * 8), $0.bigEndian32(at: 12 + index * 8)) }
            let block = input.bytes(at: Int64(start), count: min(size, Self.blockStart))
            guard block.dropFirst(4).starts(with: "freeGPS ".utf8) else { continue }
            give(block[...], .freeGPS, at: Double(index) * step, lasting: step, visit)
        }
    }

    /// 70mai's: entries of one size.
    private func readEntries(_ entries: [UInt8], _ visit: (TelemetryStreams.Packet) -> Void) {
        for start in stride(from: 0, through: entries.count - Self.entry, by: Self.entry) {
            let entry = entries[start..<start + Self.entry]
            // The third number, of the lower byte first, is the second of the recording.
            let second = entry.dropFirst(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            give(entry, .seventyMai, at: Double(second), lasting: 1, visit)
        }
    }

    /// BlackVue's: sentences of NMEA 0183, each behind the camera's time in milliseconds, as in `[1518637632999]$GPRMC,…`.
    private func readBlackVue(_ boxes: [TopBoxes.Box], _ visit: (TelemetryStreams.Packet) -> Void) {
        guard let sentences = boxes.first(where: { $0.kind == "gps " }) else { return }
        // The camera's time at the recording's start.
        let began = boxes.first { $0.kind == "sttm" }.map { bytes(of: $0) } ?? []
        var first = began.count == 8 ? began.reduce(0) { $0 << 8 | Int($1) } : nil
        // Sentences of one second stand together, the one with place and date among them.
        var burst: (time: Double, text: [UInt8])?
        func end() { if let burst { give(burst.text[...], .text, at: burst.time, lasting: 1, visit) } }
        for line in bytes(of: sentences).split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == 0 }) {
            guard line.first == UInt8(ascii: "["), let bracket = line.firstIndex(of: UInt8(ascii: "]")),
                let stamp = Int(String(decoding: line[(line.startIndex + 1)..<bracket], as: UTF8.self))
            else { continue }
            let start = first ?? stamp
            first = start
            let sentence = line[bracket...].dropFirst()
            if sentence.dropFirst(3).starts(with: "RMC".utf8) {
                end()
                burst = (Double(stamp &- start) / 1000, Array(sentence))
            } else {
                burst?.text += sentence
            }
        }
        end()
    }

    private func give(
        _ bytes: ArraySlice<UInt8>, _ kind: TelemetryStreams.Packet.Kind, at time: Double, lasting duration: Double,
        _ visit: (TelemetryStreams.Packet) -> Void
    ) {
        bytes.withUnsafeBufferPointer { visit(.init(kind: kind, time: time, duration: duration, bytes: $0)) }
    }
}
