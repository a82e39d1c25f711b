import Foundation
import TestSupport
import Testing
import Video

/// What comes from outside can be wrong in any way: it ends in an error, or in what could be decoded and a count of what could not.
struct SourceSafetyTests {
    private static let x264 = "-c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p"

    private enum Outcome: Equatable {
        case refused
        case frames(Int, damaged: Int)
    }

    private func read(_ path: String) -> Outcome {
        do throws(VideoError) {
            let source = try VideoSource(path)
            let (frame, image) = (VideoFrame(), RGBImage(width: 32, height: 16))
            var count = 0
            while try source.read(into: frame) {
                try frame.draw(into: image)
                count += 1
            }
            return .frames(count, damaged: source.damaged)
        } catch {
            return error.problem.isEmpty ? .frames(-1, damaged: 0) : .refused
        }
    }

    @Test func refusesWhatIsNoVideo() throws {
        let folder = try TestFolder()
        try folder.write([], to: "empty.mp4")
        try folder.write("A text about a road.\n".utf8, to: "text.mp4")
        try folder.write((0..<50_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }, to: "noise.mp4")
        try folder.make("sound.mp4", "-f lavfi -i sine=duration=1 -c:a aac")
        try folder.make("a.mp4", "-f lavfi -i testsrc2=size=64x48:duration=0.4 \(Self.x264)")
        try folder.write(try folder.bytes(of: "a.mp4").prefix(40), to: "head.mp4")
        for name in ["empty.mp4", "text.mp4", "noise.mp4", "sound.mp4", "head.mp4"] {
            let error = try #require(throws: VideoError.self, "\(name)") { try VideoSource(folder.file(name)) }
            #expect(error.problem.contains(name))
        }
    }

    @Test(arguments: [
        ("a.mp4", "-movflags +faststart"), ("b.mkv", ""), ("c.ts", ""), ("d.avi", ""), ("e.mp4", "-movflags frag_keyframe"),
    ])
    func givesWhatIsLeftOfTruncatedFiles(_ name: String, _ arguments: String) throws {
        let folder = try TestFolder()
        try folder.make("whole-" + name, "-f lavfi -i testsrc2=size=160x90:duration=2 \(Self.x264) \(arguments)")
        let whole = try folder.bytes(of: "whole-" + name)
        try folder.write(whole.prefix(whole.count * 3 / 5), to: name)
        guard case .frames(let count, let damaged) = read(folder.file(name)) else {
            Issue.record("refused")
            return
        }
        #expect(count == (try folder.probedCount(name)))
        #expect(count > 10 && count < 45)
        if name == "a.mp4" || name == "b.mkv" {
            #expect(abs(count + damaged - 50) <= 1, "the file tells how many are missing: \(damaged)")
        }
        #expect(damaged > 0)
    }

    @Test(arguments: ["mp4", "mkv", "ts", "avi"])
    func survivesFlippedBits(_ ending: String) throws {
        let folder = try TestFolder()
        try folder.make("whole." + ending, "-f lavfi -i testsrc2=size=96x64:duration=1 \(Self.x264)")
        let whole = try folder.bytes(of: "whole." + ending)
        var random = UInt64(88_172_645_463_325_252)
        var outcomes: [Outcome] = []
        for round in 0..<25 {
            var bytes = whole
            for _ in 0...round {
                random ^= random << 13
                random ^= random >> 7
                random ^= random << 17
                bytes[Int(random % UInt64(bytes.count))] ^= 1 << UInt8(random >> 61)
            }
            outcomes.append(read(try folder.write(bytes, to: "flipped." + ending)))
        }
        #expect(outcomes.contains { if case .frames(_, let damaged) = $0 { damaged > 0 } else { false } })
        #expect(!outcomes.contains { if case .frames(let count, _) = $0 { count < 1 || count > 200 } else { false } })
    }

    @Test func refusesSizesThatAHeaderMakesUp() throws {
        let folder = try TestFolder()
        try folder.make("a.avi", "-f lavfi -i testsrc2=size=64x48:duration=0.4 -c:v mpeg4")
        var bytes = try folder.bytes(of: "a.avi")
        // The size in the stream's BITMAPINFOHEADER.
        let start = try #require(bytes.range(of: Data("strf".utf8))).upperBound + 8
        bytes.replaceSubrange(start..<start + 8, with: [0, 0, 1, 0, 0, 0, 1, 0])
        try folder.write(bytes, to: "large.avi")
        #expect(read(folder.file("large.avi")) != .frames(-1, damaged: 0))
        try folder.make("b.avi", "-f lavfi -i testsrc2=size=64x48:duration=0.4 -c:v rawvideo -pix_fmt bgr24")
        bytes = try folder.bytes(of: "b.avi")
        let rawStart = try #require(bytes.range(of: Data("strf".utf8))).upperBound + 8
        bytes.replaceSubrange(rawStart..<rawStart + 8, with: [0, 0x40, 0, 0, 0, 0x40, 0, 0])
        try folder.write(bytes, to: "large-raw.avi")
        #expect(read(folder.file("large-raw.avi")) == .refused)
        try folder.write("YUV4MPEG2 W9000 H9000 F25:1 C420jpeg\nFRAME\n".utf8 + Array(repeating: 0, count: 5000), to: "large.y4m")
        let error = try #require(throws: VideoError.self) { try VideoSource(folder.file("large.y4m")) }
        #expect(error.problem.contains("9000×9000"))
    }

    @Test(arguments: [
        ("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://SECRET\n#EXT-X-ENDLIST\n"),
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nSECRET\n#EXT-X-ENDLIST\n"),
        ("list.ts", "ffconcat version 1.0\nfile 'SECRET'\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile 'secret.mp4'\n"),
        (
            "list.sdp",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
        ),
        (
            "list2.mp4",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
        ),
        (
            "list.mpd",
            "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period></Period></MPD>"
        ),
    ])
    func opensNoFileThatAPlaylistNames(_ name: String, _ content: String) throws {
        let folder = try TestFolder()
        try folder.make("secret.mp4", "-f lavfi -i testsrc2=size=64x48:duration=0.4 \(Self.x264)")
        let watch = try OpenWatch(folder.file("secret.mp4"))
        try folder.write(content.replacingOccurrences(of: "SECRET", with: folder.file("secret.mp4")).utf8, to: name)
        #expect(throws: VideoError.self) { try VideoSource(folder.file(name)) }
        #expect(!watch.sawOpening)
        _ = try VideoSource(folder.file("secret.mp4"))
        #expect(watch.sawOpening, "the watch works")
    }

    @Test func opensNoFileThatAnMP4RefersTo() throws {
        let folder = try TestFolder()
        try folder.make("secret.mov", "-f lavfi -i testsrc2=size=64x48:duration=0.4 \(Self.x264)")
        var bytes = [UInt8](try folder.bytes(of: "secret.mov"))
        // An alias to secret.mov next to it, in place of the reference to the file itself (12 bytes).
        var alias: [UInt8] = Array("alis".utf8) + Array(repeating: 0, count: 4 + 10 + 28 + 12 + 64 + 16)
        alias += [0, 1, 0, 1] + Array(repeating: 0, count: 16)
        alias += [0, 2, 0, 12] + Array("/a:secret.mov".utf8.dropFirst(1)) + [0xff, 0xff, 0, 0]
        let start = try #require(Data(bytes).range(of: Data("dref".utf8))).upperBound + 8
        let growth = alias.count + 4 - 12
        bytes.replaceSubrange(start..<start + 12, with: [0, 0, 0, UInt8(alias.count + 4)] + alias)
        for name in ["moov", "trak", "mdia", "minf", "dinf", "dref"] {
            let size = try #require(Data(bytes).range(of: Data(name.utf8))).lowerBound - 4
            let old = bytes[size..<size + 4].reduce(0) { $0 << 8 | Int($1) }
            for place in 0..<4 { bytes[size + place] = UInt8(truncatingIfNeeded: (old + growth) >> (24 - 8 * place)) }
        }
        try folder.write(bytes, to: "refers.mov")
        let watch = try OpenWatch(folder.file("secret.mov"))
        _ = read(folder.file("refers.mov"))
        #expect(!watch.sawOpening)
        try folder.run("ffprobe", ["-v", "quiet", "-enable_drefs", "1", "refers.mov"])
        #expect(watch.sawOpening, "the reference is one that FFmpeg can be made to follow")
    }

    /// They have no port of their own, as http and rtsp do.
    @Test(arguments: ["udp", "tcp"]) func anAddressWithoutThePortThatItNeedsIsNotInOrder(_ scheme: String) throws {
        let error = #expect(throws: VideoError.self) { try VideoSource.check("\(scheme.uppercased())://239.0.0.1") }
        #expect(error?.problem.contains("no port") == true, "\(error as Any)")
        #expect(try VideoSource.check("\(scheme)://239.0.0.1:5000") == nil)
        #expect(try VideoSource.check("rtsp://239.0.0.1/x") == nil)
    }
}
