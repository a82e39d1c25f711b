import Foundation
import Status

/// A line of gpsd's that tells a position: a TPV object.
package struct GPSDReport: Decodable, Equatable {
    /// Nil where the receiver has no fix.
    package var position: GeoPosition?

    private enum CodingKeys: String, CodingKey {
        case kind = "class"
        case mode, lat, lon, alt, altMSL, speed, track
    }

    /// Nil of any other line.
    package init?(_ line: [UInt8]) {
        guard let report = try? JSONDecoder().decode(GPSDReport.self, from: Data(line)) else { return nil }
        self = report
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard try values.decode(String.self, forKey: .kind) == "TPV" else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no TPV"))
        }
        func number(_ key: CodingKeys) -> Double? { try? values.decodeIfPresent(Double.self, forKey: key) }
        guard (try? values.decode(Int.self, forKey: .mode)) ?? 0 >= 2, let latitude = number(.lat), let longitude = number(.lon)
        else {
            position = nil
            return
        }
        position = GeoPosition(
            latitude: latitude, longitude: longitude, altitude: number(.altMSL) ?? number(.alt), speed: number(.speed),
            course: number(.track))
    }
}
