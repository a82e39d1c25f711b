import Foundation
import TestSupport
import Testing
import Video

/// Recordings that were joined to one file byte by byte.
struct JoinedRecordingTests {
    private static let picture = "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1"
    private static let x264 = "-c:v libx264 -preset ultrafast -g 5 -pix_fmt yuv420p"

    /// One after the other, the second made with these options.
    private func joined(_ folder: TestFolder, _ first: String, _ second: String) throws -> VideoSource {
        try folder.make("1.ts", "\(Self.picture) \(first)")
        try folder.make("2.ts", "\(Self.picture) \(second)")
        return try VideoSource(folder.write(try folder.bytes(of: "1.ts") + folder.bytes(of: "2.ts"), to: "joined.ts"))
    }

    @Test func aVideoThatGoesOnUnderAnotherNumberIsMissing() throws {
        let source = try joined(TestFolder(), Self.x264, "\(Self.x264) -mpegts_start_pid 0x200")
        #expect(try source.times().count == 10)
        #expect(source.missing == 10)
        #expect(source.notices.last?.contains("10 pictures in other video streams") == true, "\(source.notices)")
    }

    @Test func aVideoThatGoesOnInAnotherCodecIsMissing() throws {
        let source = try joined(TestFolder(), Self.x264, "-c:v mpeg2video")
        #expect(try source.times().count >= 9)
        #expect(source.missing >= 5 && source.damaged >= source.missing)
        #expect(source.notices.last?.contains("could not be decoded") == true, "\(source.notices)")
    }

    /// Each has its own table of packets, and FFmpeg takes the first one's.
    @Test(arguments: ["", "-movflags +faststart"])
    func anMP4BehindAnotherIsMissing(_ options: String) throws {
        let folder = try TestFolder()
        try folder.make("1.mp4", "\(Self.picture) \(Self.x264) \(options)")
        try folder.make("2.mp4", "\(Self.picture) -c:v mpeg4 \(options)")
        let first = try folder.bytes(of: "1.mp4")
        let source = try VideoSource(folder.write(first + folder.bytes(of: "2.mp4"), to: "joined.mp4"))
        #expect(try source.times().count == 10)
        #expect(source.missing == 1)
        #expect(source.notices.last?.contains("'tail -c +\(first.count + 1)' gives it") == true, "\(source.notices)")
    }

    /// FFmpeg reads the first one's fragments again, and calls them the second one's.
    @Test(arguments: ["-movflags frag_keyframe", "-movflags frag_keyframe+empty_moov"])
    func anMP4OfFragmentsBehindAnotherIsMissing(_ options: String) throws {
        let folder = try TestFolder()
        for (name, pictures) in [("1.mp4", 20), ("2.mp4", 40)] {
            try folder.make(name, "-f lavfi -i testsrc2=size=96x64:rate=10 -frames:v \(pictures) \(Self.x264) \(options)")
        }
        for (first, second) in [("1.mp4", "1.mp4"), ("1.mp4", "2.mp4"), ("2.mp4", "1.mp4")] {
            let start = try folder.bytes(of: first)
            let source = try VideoSource(folder.write(start + folder.bytes(of: second), to: "joined.mp4"))
            _ = try source.times()
            #expect(source.missing >= 1, "\(first), \(second)")
            #expect(source.notices.contains { $0.contains("'tail -c +\(start.count + 1)' gives it") }, "\(source.notices)")
        }
    }

    /// As of a stream that is kept piece by piece, each with its head.
    @Test func fragmentsThatGoOnBehindAnotherHeadAreNotMissing() throws {
        let folder = try TestFolder()
        try folder.make(
            "a.m3u8",
            "-f lavfi -i testsrc2=size=96x64:rate=10:duration=3 \(Self.x264) -f hls -hls_time 1 -hls_segment_type fmp4 -hls_list_size 0"
        )
        let pieces = try (0..<3).flatMap { try folder.bytes(of: "init.mp4") + folder.bytes(of: "a\($0).m4s") }
        let source = try VideoSource(folder.write(Data(pieces), to: "joined.mp4"))
        #expect(try source.times().count == 30)
        #expect(source.missing == 0 && source.notices.isEmpty, "\(source.notices)")
    }

    /// Cameras write boxes of their own, and rubbish may follow.
    @Test func whatFollowsAnMP4AndIsNoneIsNotMissing() throws {
        let folder = try TestFolder()
        try folder.make("1.mp4", "\(Self.picture) \(Self.x264)")
        let whole = try folder.bytes(of: "1.mp4")
        let box = Data([0, 0, 0, 16]) + Data("ftypmoovmoov".utf8)
        for (number, tail) in [Data(), Data(count: 999), Data("ftypmoov".utf8), box, whole.prefix(200)].enumerated() {
            let source = try VideoSource(folder.write(whole + tail, to: "\(number).mp4"))
            #expect(try source.times().count == 10)
            #expect(source.missing == 0 && source.notices.isEmpty, "\(number): \(source.notices)")
        }
    }

    @Test func aSecondCameraIsNotMissing() throws {
        let folder = try TestFolder()
        try folder.make("two.ts", "\(Self.picture) \(Self.picture) -map 0 -map 1 \(Self.x264)")
        let source = try VideoSource(folder.file("two.ts"))
        #expect(try source.times().count == 10)
        #expect(source.missing == 0 && source.notices.count == 1)
    }

    /// MPEG-TS counts to 2³³, which is reached 0.5 s after the beginning.
    @Test(arguments: [x264, "\(x264) -bf 2 -b_strategy 0", "-c:v mpeg2video -bf 2"])
    func timesGoOnWhereTheirCounterRunsOver(_ encoder: String) throws {
        let folder = try TestFolder()
        try folder.make("wrap.ts", "\(Self.picture) \(encoder) -output_ts_offset 95443.2 -muxdelay 0 -muxpreload 0")
        let source = try VideoSource(folder.file("wrap.ts"))
        let times = try source.times()
        #expect(times.count == 10)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 9000 }, "\(times)")
    }

    @Test func aClockThatStartsAnewIsNoCounterThatRanOver() throws {
        let source = try joined(TestFolder(), "\(Self.x264) -output_ts_offset 36000", Self.x264)
        let times = try source.times()
        #expect(times.count == 20 && times[19] < times[0], "\(times)")
    }
}
