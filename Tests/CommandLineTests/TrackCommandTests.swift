import Foundation
import Live
import Status
import TestSupport
import Testing

/// Positions of recordings, as a person asks for them.
@Suite final class TrackCommandTests {
    private let temporary = try! TestFolder()
    private var folder: URL { temporary.url }

    private func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

    private func lines(_ name: String) throws -> [SidecarLine] {
        try String(contentsOf: file(name), encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(SidecarLine.self, from: Data($0.utf8))
        }
    }

    private func segment(_ input: String, _ arguments: [String]) throws -> BuiltProgram.Result {
        try BuiltProgram(["segment", file(input).path, "--model", BuiltProgram.model, "--size", "96x64"] + arguments).finish()
    }

    private func gpx(_ name: String, from second: Int, count: Int) throws {
        let points = (0..<count).map {
            "<trkpt lat=\"48.\($0)\" lon=\"11.5\"><ele>500</ele><time>2026-03-04T05:06:\(String(format: "%02d", second + $0))Z</time></trkpt>\n"
        }
        try Data("<gpx><trk><trkseg>\(points.joined())</trkseg></trk></gpx>".utf8).write(to: file(name))
    }

    private func makeDrive(_ name: String, time: String? = "2026-03-04T05:06:07Z") throws {
        let options = time.map { ["-metadata", "creation_time=\($0)"] } ?? []
        try SampleVideo.make(file(name), frames: 30, options: options)
    }

    private func nmea(_ body: String) -> String { "$\(body)*" + String(format: "%02X", body.utf8.reduce(0, ^)) }

    /// A drive whose subtitles have a fix each second; one of them is damaged.
    private func makeSubtitledDrive(_ name: String, codec: String) throws {
        try SampleVideo.make(file("plain.mp4"), frames: 30)
        var text = ""
        for second in 0..<3 {
            var fix = nmea("GPRMC,05060\(second),A,480\(second).000,N,01130.000,E,10.0,90.0,040326,,")
            if second == 1 { fix = fix.replacingOccurrences(of: "90.0", with: "91.0") }
            text += "\(second + 1)\n00:00:0\(second),000 --> 00:00:0\(second),900\n\(fix)\n\n"
        }
        try Data(text.utf8).write(to: file("gps.srt"))
        try SampleVideo.mux(file("plain.mp4"), file("gps.srt"), codec: codec, to: file(name))
    }

    @Test func aGPXFileBesideTheRecordingTellsEachFramesPlace() throws {
        try makeDrive("drive.mp4")
        try gpx("drive.gpx", from: 5, count: 8)
        let result = try segment(
            "drive.mp4",
            ["--masks", file("m.mkv").path, "--sidecar", "--track", file("t.gpx").path, "--report", file("r.json").path])
        #expect(result.status == 0 && result.output.contains("sidecar of 30 lines, 30 with a position"), "\(result)")
        let lines = try lines("m.mkv.jsonl")
        // The recording began two seconds after the track.
        for line in lines {
            #expect(abs((line.position?.latitude ?? 0) - (48.2 + line.time * 0.1)) < 1e-9, "\(line)")
            #expect(line.clock == .unsynchronized)
        }
        let track = try GPXFile(contentsOf: file("t.gpx").path)
        #expect(track.points.first?.position.latitude == 48 && track.points.count == 8)
        let report = try JSONDecoder().decode(SegmentReport.self, from: Data(contentsOf: file("r.json")))
        #expect(report.sidecar?.located == 30 && report.outputs.track == file("t.gpx").path && report.notices == nil)
    }

    @Test func aGPXFileThatIsNamedGoesByItsBeginWhereTheTimesDoNotMeet() throws {
        try makeDrive("drive.mp4", time: nil)
        try gpx("other.gpx", from: 20, count: 4)
        let result = try segment(
            "drive.mp4",
            ["--masks", file("m.mkv").path, "--sidecar", "--gpx", file("other.gpx").path, "--track", file("t.geojson").path])
        #expect(result.status == 0 && result.errors.contains("are taken to begin at the same moment"), "\(result)")
        let lines = try lines("m.mkv.jsonl")
        #expect(abs((lines[15].position?.latitude ?? 0) - 48.15) < 1e-9 && lines[15].utc == nil)
        let text = try String(contentsOf: file("t.geojson"), encoding: .utf8)
        #expect(text.contains("[11.5,48.1,500]") && text.contains("2026-03-04T05:06:21.000Z"), "\(text)")
    }

    @Test(arguments: [("drive.mp4", "mov_text"), ("drive.mkv", "subrip")])
    func sentencesInTheSubtitlesTellPlaceAndTime(name: String, codec: String) throws {
        try makeSubtitledDrive(name, codec: codec)
        let result = try segment(name, ["--masks", file("m.mkv").path, "--sidecar", "--track", file("t.gpx").path])
        #expect(result.status == 0 && result.output.contains("30 with a position"), "\(result)")
        let lines = try lines("m.mkv.jsonl")
        // From 48° 0' to 48° 2' in two seconds; the damaged one between is passed over.
        #expect(abs((lines[10].position?.latitude ?? 0) - (48 + 1.0 / 60)) < 1e-6, "\(lines[10])")
        #expect(abs((lines[10].position?.speed ?? 0) - 10 * 1852 / 3600) < 1e-6)
        #expect(lines[10].utc == "2026-03-04T05:06:01.000Z" && lines[10].clock == nil)
        #expect(try GPXFile(contentsOf: file("t.gpx").path).points.map(\.time) == [1_772_600_760, 1_772_600_762])
    }

    @Test func aGoProsTelemetryTellsPlaceAndTime() throws {
        try SampleVideo.make(file("plain.mp4"), frames: 30)
        let payloads = (0..<3).map { second in
            GPMFSample.payload([
                GPMFSample.item("GPSF", "L", 4, [3]), GPMFSample.item("GPSU", "U", "26030405060\(second).000"),
                GPMFSample.item("SCAL", "l", 4, [10_000_000, 10_000_000, 1000, 1000, 100]),
                GPMFSample.item("GPS5", "l", 20, [480_000_000 + second * 10_000_000, 115_000_000, 500_000, 13_500, 1350]),
            ])
        }
        try Data(payloads.joined()).write(to: file("gpmf"))
        try SampleVideo.mux(file("plain.mp4"), payloads: file("gpmf"), size: payloads[0].count, to: file("drive.mov"))
        let result = try segment("drive.mov", ["--masks", file("m.mkv").path, "--sidecar"])
        #expect(result.status == 0 && result.output.contains("30 with a position"), "\(result)")
        let lines = try lines("m.mkv.jsonl")
        #expect(abs((lines[15].position?.latitude ?? 0) - 49.5) < 1e-6 && lines[15].position?.speed == 13.5, "\(lines[15])")
        #expect(lines[10].utc == "2026-03-04T05:06:01.000Z" && lines[10].clock == nil)
    }

    @Test func recordingsOfAnArchiveHaveTheirOwn() throws {
        try FileManager.default.createDirectory(at: file("card"), withIntermediateDirectories: true)
        try makeDrive("card/a.mp4")
        try makeDrive("card/b.mp4")
        try makeDrive("card/C.MP4")
        try gpx("card/a.gpx", from: 5, count: 8)
        try gpx("card/C.GPX", from: 5, count: 8)
        try Data("rubbish".utf8).write(to: file("card/b.gpx"))
        let result = try segment("card", ["--track", file("tracks").path])
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains("b.gpx is left out") && result.errors.contains("has no positions"), "\(result)")
        #expect(try GPXFile(contentsOf: file("tracks/a.gpx").path).points.count == 8)
        #expect(try GPXFile(contentsOf: file("tracks/b.gpx").path).points.isEmpty)
        #expect(try GPXFile(contentsOf: file("tracks/C.gpx").path).points.count == 8)
        let named = try segment("card", ["--track", file("tracks").path, "--gpx", file("card/a.gpx").path])
        #expect(named.status == 2 && named.errors.contains("--gpx is for a single recording"), "\(named)")
    }

    @Test func whatIsWrongIsSaid() throws {
        try makeDrive("drive.mp4")
        let missing = try segment("drive.mp4", ["--track", file("t.gpx").path, "--gpx", file("none.gpx").path])
        #expect(missing.status == 1 && missing.errors.contains("none.gpx"), "\(missing)")
        #expect(try segment("drive.mp4", ["--track", file("t.kml").path]).errors.contains("must end in .gpx, .geojson"))
        #expect(try segment("drive.mp4", ["--gpx", file("t.gpx").path, "-o", file("o.mp4").path]).status == 2)
    }
}
