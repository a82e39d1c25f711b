import Status

/// The positions in a payload of GPMF, the format in which GoPro's cameras write their telemetry: the streams `GPS9`, and `GPS5` of
/// older ones, of which some write both. A payload is a second long.
///
/// Source: https://github.com/gopro/gpmf-parser, *GPMF Introduction*.
package enum GPMFPayload {
    /// Boxes within boxes; cameras write three.
    private static let deepest = 8
    /// Samples of one payload; cameras write 18.
    private static let mostSamples = 1000

    /// Only those with a fix; without a place, nothing.
    ///
    /// - Parameters:
    ///   - start: Units: seconds, on the line of time of the track.
    ///   - duration: Units: seconds; the samples are spread over it.
    package static func points(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Double, lasting duration: Double
    ) -> [PositionTrack.Point] {
        let found = streams(GPMFReader(bytes), depth: 0)
        // The newer one says more.
        guard let stream = found.first(where: \.isNewer) ?? found.first else { return [] }
        let samples = stream.samples.prefix(mostSamples)
        return samples.enumerated().compactMap { index, sample in
            let offset = duration * Double(index) / Double(samples.count)
            return sample.position.map {
                PositionTrack.Point(time: start + offset, position: $0, utc: sample.utc ?? stream.utc.map { $0 + offset })
            }
        }
    }

    private struct Sample {
        var position: GeoPosition?
        /// Units: seconds since 1970.
        var utc: Double?
    }

    private struct Stream {
        var isNewer = false
        /// Of the first sample. Units: seconds since 1970.
        var utc: Double?
        var samples: [Sample] = []
    }

    /// The streams with positions below a box, which says of them what stands before them.
    private static func streams(_ reader: GPMFReader, depth: Int) -> [Stream] {
        var found: [Stream] = []
        var (own, scales) = (Stream(), [Double]())
        var (hasFix, isAboveSea) = (true, false)
        for item in reader {
            switch item.key {
            case "DEVC", "STRM": if depth < deepest { found += streams(GPMFReader(item.data), depth: depth + 1) }
            case "SCAL": scales = item.numbers.map(Double.init)
            case "GPSF": hasFix = (item.numbers.first ?? 0) >= 2
            case "GPSA": isAboveSea = item.text == "MSLV"
            case "GPSU": own.utc = utc(item.text)
            case "GPS5":
                for row in item.rows(of: .init(repeating: 4, count: 5)) {
                    own.samples.append(Sample(position: hasFix ? position(row, scales, hasAltitude: isAboveSea) : nil))
                }
            case "GPS9":
                // Latitude, longitude, altitude, two speeds, days since 2000, seconds of the day, precision, kind of fix.
                own.isNewer = true
                for row in item.rows(of: .init(repeating: 4, count: 7) + [2, 2]) {
                    let place = row[8] >= 2 ? position(row, scales, hasAltitude: true) : nil
                    own.samples.append(Sample(position: place, utc: utc(days: row[5], seconds: scaled(row, 6, scales))))
                }
            default: continue
            }
        }
        return own.samples.isEmpty ? found : found + [own]
    }

    private static func scaled(_ row: [Int], _ place: Int, _ scales: [Double]) -> Double {
        let scale = scales.indices.contains(place) ? scales[place] : scales.count == 1 ? scales[0] : 0
        return Double(row[place]) / scale
    }

    private static func position(_ row: [Int], _ scales: [Double], hasAltitude: Bool) -> GeoPosition? {
        GeoPosition(
            latitude: scaled(row, 0, scales), longitude: scaled(row, 1, scales),
            altitude: hasAltitude ? scaled(row, 2, scales) : nil, speed: scaled(row, 3, scales))
    }

    /// Such as 260304050612.500.
    private static func utc(_ text: String) -> Double? {
        let digits = text.utf8.prefix(12)
        guard digits.count == 12, digits.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Double(text.dropFirst(10))
        else {
            return nil
        }
        let parts = stride(from: 0, to: 10, by: 2).compactMap { Int(text.dropFirst($0).prefix(2)) }
        return UTCTime.seconds(2000 + parts[0], parts[1], parts[2], parts[3], parts[4], seconds)
    }

    private static func utc(days: Int, seconds: Double) -> Double? {
        guard (1...73_000).contains(days), (0.0..<86_401).contains(seconds), let first = UTCTime.seconds(2000, 1, 1, 0, 0, 0)
        else {
            return nil
        }
        return first + Double(days) * 86_400 + seconds
    }
}
