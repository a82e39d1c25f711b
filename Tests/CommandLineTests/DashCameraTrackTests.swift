import Foundation
import Live
import TestSupport
import Testing

/// Recordings of dash cameras, which keep their positions in boxes of their own.
@Suite final class DashCameraTrackTests {
    private let temporary = try! TestFolder()
    private var drive: URL { temporary.url.appendingPathComponent("drive.mp4") }

    /// Whole numbers of four bytes, the highest first.
    private func big(_ values: [Int]) -> Data {
        Data(values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } })
    }
    private func little(_ values: [Int]) -> Data { Data(values.flatMap { big([$0]).reversed() }) }
    private func box(_ kind: String, _ data: Data) -> Data { big([data.count + 8]) + Data(kind.utf8) + data }

    private func nmea(_ body: String) -> String { "$\(body)*" + String(format: "%02X", body.utf8.reduce(0, ^)) }

    /// Three seconds, and what a camera adds.
    private func makeDrive(_ addition: (Data) throws -> Data) throws {
        try SampleVideo.make(drive, frames: 30)
        let plain = try Data(contentsOf: drive)
        try addition(plain).write(to: drive)
    }

    private func lines() throws -> [SidecarLine] {
        let masks = temporary.url.appendingPathComponent("m.mkv").path
        let result = try BuiltProgram([
            "segment", drive.path, "--model", BuiltProgram.model, "--size", "96x64", "--every", "10", "--masks", masks,
            "--sidecar",
        ]).finish()
        #expect(result.status == 0 && result.output.contains("3 with a position"), "\(result)")
        return try String(contentsOfFile: masks + ".jsonl", encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(SidecarLine.self, from: Data($0.utf8))
        }
    }

    @Test func viofosTableOfBlocksIsFollowed() throws {
        try makeDrive { plain in
            let moov = try #require(plain.range(of: Data("moov".utf8), options: .backwards)).lowerBound - 4
            // The blocks go before the last box, whose tables point to what stands further up.
            let blocks = (0..<3).map { second in
                let floats = [Float(4800 + second), 1130, 10, 90].map { Int($0.bitPattern) }
                return box(
                    "free",
                    Data("GPS ".utf8) + Data(count: 4) + little([5, 6, second, 26, 3, 4]) + Data("ANE\0".utf8) + little(floats))
            }
            var table = big([0, blocks.count])
            var place = moov
            for block in blocks {
                table += big([place, block.count])
                place += block.count
            }
            let gps = box("gps ", table)
            let old = Data(plain[(moov + 8)...])
            return plain[..<moov] + blocks.joined() + box("moov", old + gps)
        }
        let lines = try lines()
        #expect(
            abs((lines[1].position?.latitude ?? 0) - (48 + 1.0 / 60)) < 1e-5 && lines[1].position?.longitude == 11.5, "\(lines)")
        #expect(lines[1].utc == "2026-03-04T05:06:01.000Z" && lines[1].clock == nil)
    }

    @Test func blackVuesSentencesAreFollowed() throws {
        try makeDrive { plain in
            let text = (0..<3).map { second in
                let (stamp, time) = (1_772_604_360_500 + second * 1000, "05060\(second)")
                return "[\(stamp)]" + nmea("GPRMC,\(time),A,480\(second).000,N,01130.000,E,10.0,90.0,040326,,")
                    + "\r\n\n[\(stamp + 30)]" + nmea("GPGGA,\(time),480\(second).000,N,01130.000,E,1,08,0.9,545.4,M,46.9,M,,")
                    + "\r\n\n"
            }
            // The camera began half a second before the first sentence.
            let start = box("sttm", big([1_772_604_360_000 >> 32, 1_772_604_360_000]))
            return plain + box("free", start + box("gps ", Data(text.joined().utf8) + Data(count: 9)))
        }
        let lines = try lines()
        #expect(
            abs((lines[1].position?.latitude ?? 0) - (48 + 0.5 / 60)) < 1e-6 && lines[1].position?.altitude == 545.4, "\(lines)")
        #expect(lines[1].utc == "2026-03-04T05:06:00.500Z" && abs((lines[1].position?.speed ?? 0) - 10 * 1852 / 3600) < 1e-6)
    }

    @Test func seventyMaisTableIsFollowed() throws {
        try makeDrive { plain in
            let entries = (0..<3).map { second in
                little([1, 1, second, 36_000]) + Data("N".utf8) + little([4_800_000 + second * 1000]) + Data("W".utf8)
                    + little([1_130_000]) + Data(count: 10)
            }
            return plain + box("GPS ", entries.reduce(Data(), +))
        }
        let lines = try lines()
        #expect(
            abs((lines[1].position?.latitude ?? 0) - (48 + 1.0 / 60)) < 1e-6 && lines[1].position?.longitude == -11.5, "\(lines)")
        #expect(lines[1].utc == nil && lines[1].position?.speed == 10)
    }
}
