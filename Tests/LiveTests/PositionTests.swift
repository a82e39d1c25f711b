import Foundation
import Live
import Status
import TestSupport
import Testing

/// Positions as files and receivers tell them, right and wrong.
@Suite final class PositionTests: Sendable {
    private let temporary = try! TestFolder()
    private var folder: String { temporary.path }

    private func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        return "\(folder)/\(name)"
    }

    private func isNear(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-6) -> Bool {
        a.map { abs($0 - b) < tolerance } ?? false
    }

    // MARK: NMEA

    @Test func theStandardsOwnSentencesAreRead() throws {
        let text =
            "x [123]$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47"
        let fix = try #require(NMEAFix(in: text.utf8))
        #expect(isNear(fix.position.latitude, 48.1173) && isNear(fix.position.longitude, 11.516_666_7))
        #expect(isNear(fix.position.speed, 22.4 * 1852 / 3600) && fix.position.course == 84.4 && fix.position.altitude == 545.4)
        #expect(fix.utc == UTCTime.parse("1994-03-23T12:35:19Z"))
        let south = try #require(NMEAFix(in: nmea("GNRMC,000001.50,A,3351.000,S,15112.600,W,,,010126,,").utf8))
        #expect(
            isNear(south.position.latitude, -33.85) && isNear(south.position.longitude, -151.21) && south.position.speed == nil)
        #expect(south.utc == UTCTime.parse("2026-01-01T00:00:01.5Z"))
    }

    /// With its checksum.
    private func nmea(_ body: String) -> String { "$\(body)*" + String(format: "%02X", body.utf8.reduce(0, ^)) }

    @Test(arguments: [
        "", "$", "$*", "$GPRMC*", "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6B",
        "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W", "$GPRMC,123519,A*+1", "no sentence at all",
    ])
    func whatIsDamagedIsNoFix(text: String) { #expect(NMEAFix(in: text.utf8) == nil) }

    @Test(arguments: [
        "GPRMC,123519,V,4807.038,N,01131.000,E,0,0,230394,,", "GPRMC,123519,A,nan,N,inf,E,0,0,230394,,",
        "GPRMC,123519,A,9907.038,N,01131.000,E,0,0,230394,,", "GPRMC,123519,A,4867.038,N,01131.000,E,0,0,230394,,",
        "GPRMC,123519,A,4807.038,X,01131.000,E,0,0,230394,,", "GPRMC,,,,",
        "GPGGA,123519,4807.038,N,01131.000,E,0,08,0.9,1,M,,M,,",
        "GPGGA,123519,-4807.038,N,01131.000,E,1,08,0.9,1,M,,M,,", "GPGSV,1,1,00",
    ])
    func whatIsNoPlaceIsNoFix(body: String) { #expect(NMEAFix(in: nmea(body).utf8) == nil) }

    @Test func aDateThatIsNoneCostsOnlyTheTime() throws {
        for date in ["999999", "000000", "1", "-10101", ""] {
            let fix = try #require(NMEAFix(in: nmea("GPRMC,123519,A,4807.038,N,01131.000,E,1,2,\(date),,").utf8))
            #expect(fix.utc == nil, "\(date)")
        }
    }

    // MARK: GoPro's telemetry

    private func item(_ key: String, _ type: Character, _ size: Int, _ data: [UInt8]) -> [UInt8] {
        let count = data.count / size
        return Array(key.utf8) + [type == "0" ? 0 : type.asciiValue!, UInt8(size), UInt8(count >> 8), UInt8(count & 255)] + data
            + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
    }

    private func numbers(_ values: [Int], bytes: Int = 4) -> [UInt8] {
        values.flatMap { value in (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    private func points(_ bytes: [UInt8]) -> [PositionTrack.Point] {
        bytes.withUnsafeBufferPointer { GPMFPayload.points(in: $0, from: 10, lasting: 1) }
    }

    private func stream(fix: Int = 3, scale: [Int] = [10_000_000, 10_000_000, 1000, 1000, 100], samples: [[Int]]) -> [UInt8] {
        let items =
            item("STNM", "c", 1, Array("GPS".utf8)) + item("GPSF", "L", 4, numbers([fix]))
            + item("GPSU", "U", 16, Array("260304050659.500".utf8)) + item("SCAL", "l", 4, numbers(scale))
            + item("GPS5", "l", 20, numbers(samples.flatMap { $0 }))
        return item(
            "DEVC", "0", 1,
            item("STRM", "0", 1, item("ACCL", "s", 6, [UInt8](repeating: 1, count: 18))) + item("STRM", "0", 1, items))
    }

    @Test func olderGoProsSayWhereTheyAreInGPS5() throws {
        let found = points(
            stream(samples: [[481_000_000, -115_000_000, 500_500, 13_500, 1], [482_000_000, -115_000_000, 0, 0, 1]]))
        #expect(found.map(\.time) == [10, 10.5] && found.map(\.position.latitude) == [48.1, 48.2])
        // Above which surface they measure the height is not said.
        #expect(found[0].position.longitude == -11.5 && found[0].position.speed == 13.5 && found[0].position.altitude == nil)
        #expect(found[1].utc == UTCTime.parse("2026-03-04T05:07:00Z"))
        #expect(points(stream(fix: 0, samples: [[481_000_000, 0, 0, 0, 0]])).isEmpty)
    }

    @Test func newerGoProsSayItInGPS9() throws {
        let scale = item("SCAL", "l", 4, numbers([10_000_000, 10_000_000, 1000, 1000, 100, 1, 1000, 100, 1]))
        func row(_ fix: Int) -> [UInt8] {
            numbers([481_000_000, 115_000_000, 500_500, 2000, 1, 9559, 18_360_250]) + numbers([150, fix], bytes: 2)
        }
        let found = points(item("DEVC", "0", 1, item("STRM", "0", 1, scale + item("GPS9", "?", 32, row(0) + row(3)))))
        #expect(found.count == 1 && found[0].time == 10.5 && found[0].position.altitude == 500.5)
        #expect(found[0].utc == UTCTime.parse("2026-03-04T05:06:00.250Z"))
        // Some write the older stream beside it.
        let both =
            stream(samples: [[10_000_000, 0, 0, 0, 0]])
            + item("DEVC", "0", 1, item("STRM", "0", 1, scale + item("GPS9", "?", 32, row(3))))
        #expect(points(both).map(\.position.latitude) == [48.1])
    }

    @Test func damagedTelemetryIsLeftOut() {
        let whole = stream(samples: [[481_000_000, 115_000_000, 0, 0, 0]])
        for length in 0..<whole.count { #expect(points(Array(whole.prefix(length))).count <= 1) }
        #expect(points(stream(scale: [0], samples: [[481_000_000, 115_000_000, 0, 0, 0]])).isEmpty)
        #expect(points(stream(scale: [], samples: [[481_000_000, 115_000_000, 0, 0, 0]])).isEmpty)
        #expect(points(stream(scale: [1], samples: [[481_000_000, 115_000_000, 0, 0, 0]])).isEmpty)
        let deep = (0..<200).reduce([UInt8]()) { inner, _ in inner.count > 60_000 ? inner : item("STRM", "0", 1, inner) }
        #expect(points(deep).isEmpty)
    }

    // MARK: Times

    @Test func timesAreReadAsTheyAreWritten() {
        #expect(UTCTime.parse("2026-11-27T14:05:30Z") == 1_795_788_330)
        #expect(UTCTime.parse("2026-11-27T15:05:30.250+01:00") == 1_795_788_330.25)
        #expect(UTCTime.parse("2026-11-27T12:35:30-0130") == 1_795_788_330)
        #expect(UTCTime.parse("2026-11-27T14:05:30") == 1_795_788_330)
        for wrong in [
            "", "2026", "2026-13-27T14:05:30Z", "2026-11-27T25:05:30Z", "2026-11-27T14:05:30ZZ", "0026-11-27T14:05:30Z",
            "+026-11-27T14:05:30Z", "2026-11-27T14:05:30+",
        ] {
            #expect(UTCTime.parse(wrong) == nil, "\(wrong)")
        }
    }

    // MARK: GPX

    private func gpx(_ points: String) -> String {
        "<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" xmlns:gpxtpx=\"x\"><trk><name>a</name><trkseg>\n\(points)</trkseg></trk></gpx>"
    }

    @Test func pointsOfAGPXFileAreRead() throws {
        let path = try write(
            "a.gpx",
            gpx(
                """
                <!-- <trkpt lat="1" lon="1"><time>2026-11-27T14:05:00Z</time></trkpt> -->
                <trkpt lat="48.5" lon="-11.25"><ele>500.5</ele><time>2026-11-27T14:05:30Z</time>
                <extensions><gpxtpx:speed> 13.5 </gpxtpx:speed><gpxtpx:course>90</gpxtpx:course></extensions></trkpt>
                <trkpt lon='11' lat='48'><desc>a > b</desc><time>2026-11-27T14:05:31Z</time></trkpt>
                <trkpt lat="48" lon="11"/>
                """))
        let file = try GPXFile(contentsOf: path)
        #expect(file.points.count == 2 && file.withoutTime == 1)
        let first = file.points[0]
        #expect(first.time == 1_795_788_330 && first.position.latitude == 48.5 && first.position.longitude == -11.25)
        #expect(first.position.altitude == 500.5 && first.position.speed == 13.5 && first.position.course == 90)
        #expect(file.points[1].position.latitude == 48 && file.points[1].position.speed == nil)
    }

    @Test func attributesMayStandOnLinesOfTheirOwn() throws {
        let points = ["\n", "\r\n", "\t"].map {
            "<trkpt\($0)lat=\"48.5\"\($0)lon=\"11\"><time>2026-11-27T14:05:30Z</time></trkpt>"
        }
        let file = try GPXFile(contentsOf: try write("lines.gpx", gpx(points.joined())))
        #expect(file.points.count == 3 && file.points.allSatisfy { $0.position.latitude == 48.5 && $0.position.longitude == 11 })
    }

    /// What XML allows, some writers make.
    @Test func blanksAroundAnEqualsSignAndPlainTextAreRead() throws {
        let points = gpx(
            """
            <trkpt lat = "48.5" lon= ' 11 '><ele><![CDATA[500.5]]></ele>
            <time> <![CDATA[2026-11-27T14:05:30Z]]> </time></trkpt>
            <trkpt latitude="1" lon ="11" lat ="48.5"><time><![CDATA[]]>2026-11-27T14:05:31Z</time></trkpt>
            """)
        let file = try GPXFile(contentsOf: try write("xml.gpx", points))
        #expect(file.points.map(\.position.latitude) == [48.5, 48.5] && file.withoutTime == 0)
        #expect(file.points.map(\.position.longitude) == [11, 11] && file.points.first?.position.altitude == 500.5)
    }

    /// Windows' programs write UTF-16; the letters may come apart between two reads.
    @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian])
    func wideLettersAreRead(encoding: String.Encoding) throws {
        let text =
            "\u{feff}"
            + gpx("<trkpt lat=\"48.5\" lon=\"11\"><name>\u{3c3e} ä</name><time>2026-11-27T14:05:30Z</time></trkpt>")
        try #require(text.data(using: encoding)).write(to: temporary.url.appendingPathComponent("wide.gpx"))
        #expect(try GPXFile(contentsOf: "\(folder)/wide.gpx").points.map(\.position.latitude) == [48.5])
    }

    @Test func aNameSpaceMayStandBeforeEveryName() throws {
        let text =
            "\u{feff}<?xml version=\"1.0\"?><g:gpx xmlns:g=\"http://www.topografix.com/GPX/1/0\"><g:trk><g:trkseg>"
            + "<g:trkpt lat=\"48.5\" lon=\"11\"><g:time>2026-11-27T14:05:30Z</g:time><g:speed>2</g:speed></g:trkpt>"
            + "</g:trkseg></g:trk></g:gpx>"
        let file = try GPXFile(contentsOf: try write("prefix.gpx", text))
        #expect(file.points.map(\.position.speed) == [2])
    }

    @Test func oddGPXFilesAreRefusedOrGiveWhatThereIs() throws {
        let odd = gpx(
            """
            <trkpt lat="NaN" lon="11"><time>2026-11-27T14:05:30Z</time></trkpt>
            <trkpt lat="91" lon="11"><time>2026-11-27T14:05:30Z</time></trkpt>
            <trkpt lat="1e999" lon="inf"><time>2026-11-27T14:05:30Z</time></trkpt>
            <trkpt><time>2026-11-27T14:05:30Z</time></trkpt>
            <trkpt lat="48" lon="11"><ele>nan</ele><time>2026-11-27T14:05:30Z</time></trkpt></trkpt></trkpt>
            <trkpt lat="48" lon="11" x="
            """ + String(repeating: "a", count: 100_000))
        let file = try GPXFile(contentsOf: try write("odd.gpx", odd))
        #expect(file.points.count == 1 && file.points[0].position.altitude == nil)
        for (name, text) in [("no.gpx", "no xml"), ("empty.gpx", ""), ("bin.gpx", String(repeating: "\u{0}", count: 9999))] {
            #expect(throws: LiveError.self) { try GPXFile(contentsOf: try self.write(name, text)) }
        }
        #expect(throws: LiveError.self) { try GPXFile(contentsOf: self.folder) }
        #expect(throws: LiveError.self) { try GPXFile(contentsOf: "/dev/zero") }
        // Two gigabytes that take no room on the disk.
        let large = try write("large.gpx", gpx(""))
        #expect(truncate(large, 2 << 30) == 0)
        let error = #expect(throws: LiveError.self) { try GPXFile(contentsOf: large) }
        #expect(error?.description.contains("2.1GB") == true, "\(String(describing: error))")
    }

    // MARK: Tracks

    private func point(_ time: Double, _ latitude: Double, _ longitude: Double, course: Double? = nil) throws
        -> PositionTrack.Point
    {
        .init(
            time: time, position: try #require(GeoPosition(latitude: latitude, longitude: longitude, course: course)),
            utc: 1e9 + time)
    }

    @Test func betweenTwoPointsThePositionLiesBetweenThem() throws {
        let track = PositionTrack([
            try point(2, 48.2, 179.9, course: 350), try point(1, 48, 11), try point(3, 48.4, -179.9, course: 20),
            try point(3, 0, 0),
            try point(60, 48.5, 12),
        ])
        #expect(track.points.map(\.time) == [1, 2, 3, 60])
        let middle = try #require(track.position(at: 2.5))
        #expect(isNear(middle.latitude, 48.3) && isNear(abs(middle.longitude), 180) && isNear(middle.course, 5))
        #expect(track.position(at: 1)?.longitude == 11)
        // A little before the first and after the last, and beside a gap, but not far from any.
        #expect(track.position(at: -0.5)?.longitude == 11 && track.position(at: -1.5) == nil)
        #expect(
            track.position(at: 4)?.latitude == 48.4 && track.position(at: 30) == nil && track.position(at: 59)?.latitude == 48.5)
        #expect(track.position(at: .nan) == nil && PositionTrack([]).position(at: 1) == nil)
        #expect(track.utc(at: 2.25) == 1e9 + 2.25 && track.utc(at: 30) == nil)
        #expect(track.clipped(to: 2...3).points.count == 2 && track.shifted(by: 5).points[0].time == 6)
    }

    @Test func aTrackIsWrittenAsItIsRead() throws {
        let track = PositionTrack([try point(1_795_788_330, 48.123_456_7, -11.5), try point(1_795_788_331, 48.2, 11.25)])
        let points = track.points.map { PositionTrack.Point(time: $0.time, position: $0.position, utc: $0.time) }
        try TrackFile.write(PositionTrack(points), name: "a<b> & \"c\"\u{1}", to: "\(folder)/t.gpx")
        let read = try GPXFile(contentsOf: "\(folder)/t.gpx")
        #expect(read.points == points)
        try TrackFile.write(PositionTrack(points), name: "a", to: "\(folder)/t.geojson")
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/t.geojson")))
                as? [String: Any])
        let feature = try #require((json["features"] as? [[String: Any]])?.first)
        let line = try #require((feature["geometry"] as? [String: Any])?["coordinates"] as? [[Double]])
        #expect(json["type"] as? String == "FeatureCollection" && line == [[-11.5, 48.123_456_7], [11.25, 48.2]])
        // Where nothing was known for a while, a new segment begins.
        let torn = PositionTrack([try point(0, 48, 11), try point(10, 48, 11), try point(20.5, 48, 11)])
        try TrackFile.write(torn, name: "a", to: "\(folder)/g.gpx")
        let parts = try String(contentsOfFile: "\(folder)/g.gpx", encoding: .utf8).split(separator: "<trkseg>").dropFirst()
        #expect(parts.map { $0.split(separator: "<trkpt").count - 1 } == [2, 1], "\(parts)")
        #expect(try GPXFile(contentsOf: "\(folder)/g.gpx").points.count == 3)
        try TrackFile.write(PositionTrack([]), name: "a", to: "\(folder)/e.geojson")
        // RFC 7946: every feature has a geometry.
        let empty = try String(contentsOfFile: "\(folder)/e.geojson", encoding: .utf8)
        #expect(empty.contains("\"geometry\":{\"coordinates\":[],\"type\":\"MultiPoint\"}"), "\(empty)")
        try TrackFile.write(PositionTrack([]), name: "a", to: "\(folder)/e.gpx")
        #expect(try GPXFile(contentsOf: "\(folder)/e.gpx").points.isEmpty)
    }

    // MARK: Lines of gpsd

    @Test func linesComeTogetherHoweverTheyAreCut() {
        var splitter = LineSplitter(longest: 8)
        var lines: [String] = []
        for part in ["ab", "c\n\nde", "f\n123456789", "0\n", String(repeating: "x", count: 100_000), "\nend\n", "rest"] {
            splitter.feed(part.utf8) { lines.append(String(decoding: $0, as: UTF8.self)) }
        }
        #expect(lines == ["abc", "def", "end"] && splitter.dropped == 2)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"class\":5}", "\u{0}\u{0}", "SSH-2.0-OpenSSH_9.2p1", "GPSD,W=?",
        String(repeating: "[", count: 60_000),
    ])
    func whatIsNoReportIsNone(line: String) { #expect(GPSDReport(Array(line.utf8)) == nil) }

    @Test(arguments: [
        "{\"class\":\"SKY\"}", "{\"class\":\"TPVX\",\"mode\":3}", "{\"class\":\"TPV\"}", "{\"class\":\"TPV\",\"mode\":3}",
        "{\"class\":\"TPV\",\"mode\":0,\"time\":\"2007-12-23T19:32:24.000Z\"}",
        "{\"class\":\"TPV\",\"mode\":3,\"lat\":480,\"lon\":11}", "{\"class\":\"DEVICES\",\"devices\":5}",
        "{\"class\":\"TPV\",\"mode\":3,\"lat\":\"48\",\"lon\":11}", "{\"class\":\"TPV\",\"mode\":3,\"lat\":1e300,\"lon\":11}",
    ])
    func aReportWithoutAPlaceSaysNothingOfTheFix(line: String) throws {
        #expect(try #require(GPSDReport(Array(line.utf8))).kind == .other)
    }

    @Test func aReceiverWithoutAFixSaysSo() throws {
        let line = "{\"class\":\"TPV\",\"device\":\"/dev/a\",\"mode\":1,\"lat\":48,\"lon\":11}"
        let report = try #require(GPSDReport(Array(line.utf8)))
        #expect(report.kind == .noFix && report.device == "/dev/a")
        let devices = "{\"class\":\"DEVICES\",\"devices\":[{\"path\":\"/dev/a\"},{\"path\":\"/dev/b\"}]}"
        #expect(GPSDReport(Array(devices.utf8))?.kind == .devices(count: 2))
    }
}
