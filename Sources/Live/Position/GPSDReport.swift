import Foundation
import Status

/// An object of gpsd's, a line each.
package struct GPSDReport: Decodable, Equatable {
    package enum Kind: Sendable, Equatable {
        case fix(GeoPosition)
        /// The receiver says that it has no fix.
        case noFix
        /// The receivers that gpsd has.
        case devices(count: Int)
        /// Something else, or what says neither: some receivers tell time and place one after the other.
        case other
    }

    package var kind: Kind
    /// The receiver, such as `/dev/ttyUSB0`; nil where gpsd does not say.
    package var device: String?

    private enum CodingKeys: String, CodingKey {
        case kind = "class"
        case device, devices, mode, lat, lon, alt, altMSL, speed, track
    }

    private struct Device: Decodable {}

    /// Nil of what is none.
    package init?(_ line: [UInt8]) {
        guard let report = try? JSONDecoder().decode(GPSDReport.self, from: Data(line)) else { return nil }
        self = report
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let name = try values.decode(String.self, forKey: .kind)
        device = try? values.decodeIfPresent(String.self, forKey: .device)
        if name == "DEVICES", let devices = try? values.decode([Device].self, forKey: .devices) {
            kind = .devices(count: devices.count)
            return
        }
        kind = .other
        guard name == "TPV" else { return }
        func number(_ key: CodingKeys) -> Double? { try? values.decodeIfPresent(Double.self, forKey: key) }
        let mode = (try? values.decode(Int.self, forKey: .mode)) ?? 0
        if mode == 1 { kind = .noFix }
        guard mode >= 2, let latitude = number(.lat), let longitude = number(.lon),
            let position = GeoPosition(
                latitude: latitude, longitude: longitude, altitude: number(.altMSL) ?? number(.alt), speed: number(.speed),
                course: number(.track))
        else { return }
        kind = .fix(position)
    }
}
