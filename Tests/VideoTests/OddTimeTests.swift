import Foundation
import TestSupport
import Testing
import Video

/// Recordings whose stamps are wrong now and then.
struct OddTimeTests {
    private static let video = "-f lavfi -i testsrc2=size=96x64:rate=25:duration=2 -c:v libx264 -preset ultrafast -bf 0"

    /// An FLV whose frames with these numbers are stamped so many milliseconds later, and all that follow where `forGood`.
    private func shift(_ file: Data, by jump: Int, _ numbers: Set<Int>, forGood: Bool = false) -> [UInt8] {
        var bytes = [UInt8](file)
        var (position, frame, isShifted) = (13, -1, false)
        while position + 15 <= bytes.count {
            let length = bytes[position + 1...position + 3].reduce(0) { $0 << 8 | Int($1) }
            // The first of the video's tags holds no frame.
            if bytes[position] == 9 && bytes[position + 12] == 1 { frame += 1 }
            isShifted = numbers.contains(frame) || forGood && isShifted
            if bytes[position] == 9 && isShifted {
                let low = bytes[position + 4...position + 6].reduce(0) { $0 << 8 | Int($1) }
                let time = (Int(bytes[position + 7]) << 24 | low) + jump
                for (place, move) in [(4, 16), (5, 8), (6, 0), (7, 24)] {
                    bytes[position + place] = UInt8(truncatingIfNeeded: time >> move)
                }
            }
            position += 15 + length
        }
        return bytes
    }

    private func seconds(_ source: VideoSource) throws -> [Double] {
        try source.times().map { Timestamp($0, source.info.timeBase).seconds }
    }

    @Test func aSingleFrameHoursAwayGetsATimeBetweenItsNeighbours() throws {
        let folder = try TestFolder()
        try folder.make("a.flv", Self.video)
        try folder.write(shift(try folder.bytes(of: "a.flv"), by: 37_600_000, [12, 30]), to: "odd.flv")
        let source = try VideoSource(folder.file("odd.flv"))
        let times = try seconds(source)
        #expect(times.count == 50)
        #expect(zip(times, 0...).allSatisfy { abs($0 - Double($1) / 25) < 0.03 }, "\(times)")
        #expect(source.notices.count == 1 && source.notices[0].contains("Frame 12 of"))
    }

    /// Several in a row, and the last ones.
    @Test(arguments: [[12, 13], [5, 6, 7, 8, 9, 10, 11, 12], [49], [47, 48, 49], [20, 21, 48, 49]] as [Set<Int>])
    func oddFramesInARowGetTimesBetweenTheirNeighbours(_ odd: Set<Int>) throws {
        let folder = try TestFolder()
        try folder.make("a.flv", Self.video)
        try folder.write(shift(try folder.bytes(of: "a.flv"), by: 37_600_000, odd), to: "odd.flv")
        let source = try VideoSource(folder.file("odd.flv"))
        let times = try seconds(source)
        #expect(times.count == 50)
        #expect(zip(times, 0...).allSatisfy { abs($0 - Double($1) / 25) < 0.045 }, "\(times)")
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(times)")
        #expect(source.notices.count == 1)
    }

    /// Of an hour between the pictures; the first interval is like all others.
    @Test(arguments: [2, 3, 4])
    func fewPicturesFarApartKeepTheirTimes(_ count: Int) throws {
        let folder = try TestFolder()
        try folder.make("a.mkv", "-f lavfi -i testsrc2=size=96x64:rate=1/3600 -frames:v \(count) -c:v mjpeg")
        let source = try VideoSource(folder.file("a.mkv"))
        #expect(try seconds(source) == (0..<count).map { Double($0) * 3600 } && source.notices.isEmpty)
    }

    @Test func aGapStaysAsItIs() throws {
        let folder = try TestFolder()
        try folder.make("a.flv", Self.video)
        try folder.write(shift(try folder.bytes(of: "a.flv"), by: 60_000, [20], forGood: true), to: "gap.flv")
        let source = try VideoSource(folder.file("gap.flv"))
        let times = try seconds(source)
        #expect(times.count == 50 && abs(times[20] - 60.8) < 0.002 && abs(times[49] - 61.96) < 0.002)
        #expect(source.notices.isEmpty)
        // A parked car's pictures, one a minute; and the last picture after a minute.
        try folder.make("slow.mkv", "-f lavfi -i testsrc2=size=96x64:rate=1/60:duration=1200 -c:v mjpeg")
        #expect(try seconds(VideoSource(folder.file("slow.mkv"))) == (0..<20).map { Double($0) * 60 })
        // A building site's, one in two hours, to the last one.
        try folder.make("site.mkv", "-f lavfi -i testsrc2=size=96x64:rate=1/7200:duration=72000 -c:v mjpeg")
        let site = try VideoSource(folder.file("site.mkv"))
        #expect(try seconds(site) == (0..<10).map { Double($0) * 7200 } && site.notices.isEmpty)
        try folder.write(shift(try folder.bytes(of: "a.flv"), by: 60_000, [49]), to: "late.flv")
        #expect(abs(try seconds(VideoSource(folder.file("late.flv")))[49] - 61.96) < 0.002)
    }
}
