import Files
import Foundation
import Status

/// A drive's track as a file that maps show: GPX, or GeoJSON where the name ends so.
public enum TrackFile {
    public static let endings = ["gpx", "geojson"]

    /// - Parameter name: the recording's.
    public static func write(_ track: PositionTrack, name: String, to path: String) throws(LiveError) {
        let text = (path as NSString).pathExtension.lowercased() == "geojson" ? geoJSON(track, name) : gpx(track, name)
        try WholeFile.write(Array(text.utf8), to: path)
    }

    private static func gpx(_ track: PositionTrack, _ name: String) -> String {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <gpx version="1.1" creator="Camber" xmlns="http://www.topografix.com/GPX/1/1">
            <trk><name>\(escaped(name))</name><trkseg>

            """
        var last: Double?
        for point in track.points {
            let place = point.position
            // Maps draw no line from where the receiver lost its satellites to where it found them again.
            if let last, point.time - last > PositionTrack.longestGap { text += "</trkseg><trkseg>\n" }
            last = point.time
            text += "<trkpt lat=\"\(degrees(place.latitude))\" lon=\"\(degrees(place.longitude))\">"
            if let altitude = place.altitude { text += "<ele>\(String(format: "%.1f", altitude))</ele>" }
            if let utc = point.utc { text += "<time>\(UTCTime.text(utc))</time>" }
            text += "</trkpt>\n"
        }
        return text + "</trkseg></trk>\n</gpx>\n"
    }

    private static func geoJSON(_ track: PositionTrack, _ name: String) -> String {
        struct Feature: Encodable {
            struct Geometry: Encodable {
                var type: String
                var coordinates: [[Double]]
            }
            struct Properties: Encodable {
                var name: String
                /// As GPX has them; null where a point has none.
                var coordTimes: [String?]
            }
            var type = "Feature"
            var geometry: Geometry
            var properties: Properties
        }
        struct Collection: Encodable {
            var type = "FeatureCollection"
            var features: [Feature]
        }
        let points = track.points
        // All of a line have as many numbers.
        let hasAltitude = points.allSatisfy { $0.position.altitude != nil }
        let line = points.map { point in
            [rounded(point.position.longitude, 1e7), rounded(point.position.latitude, 1e7)]
                + (hasAltitude ? [rounded(point.position.altitude ?? 0, 10)] : [])
        }
        // A line has two ends, and a feature a geometry.
        let feature = Feature(
            geometry: .init(type: line.count < 2 ? "MultiPoint" : "LineString", coordinates: line),
            properties: .init(name: name, coordTimes: points.map { $0.utc.map(UTCTime.text) }))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = (try? encoder.encode(Collection(features: [feature]))) ?? Data()
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private static func degrees(_ value: Double) -> String { String(format: "%.7f", value) }

    private static func rounded(_ value: Double, _ places: Double) -> Double { (value * places).rounded() / places }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .filter { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0xfffe && $0.value != 0xffff } }
    }
}
