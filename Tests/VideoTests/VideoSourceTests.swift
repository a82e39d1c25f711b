import Foundation
import TestSupport
import Testing
import Video

/// Frame counts and times against what FFmpeg's own `ffprobe` says.
struct VideoSourceTests {
    /// As cameras do that are set anew while they record.
    @Test func anotherSizeInTheMiddleIsSaidOnce() throws {
        let folder = try TestFolder()
        for (name, size) in [("a.h264", "96x64"), ("b.h264", "64x96")] {
            try folder.make(name, "-f lavfi -i testsrc2=size=\(size):rate=10:duration=0.5 -c:v libx264 -preset ultrafast")
        }
        try folder.write(folder.bytes(of: "a.h264") + folder.bytes(of: "b.h264"), to: "both.h264")
        let source = try VideoSource(folder.file("both.h264"), options: .init())
        #expect(try source.times().count == 10)
        let said = source.notices.filter { $0.contains("differ in size") }
        #expect(said.count == 1 && said[0].contains("frame 5 of") && said[0].contains("64×96"), "\(source.notices)")
    }

    private static let picture = "-f lavfi -i testsrc2=size=160x90:rate=25:duration=1"
    private static let x264 = "-c:v libx264 -preset ultrafast -g 10"

    /// A file's name, and what makes it.
    static let media: [(name: String, arguments: String)] = [
        ("h264.mp4", "\(picture) \(x264) -bf 2"),
        ("h264.mkv", "\(picture) \(x264) -bf 2"),
        ("h264.ts", "\(picture) \(x264) -bf 2"),
        ("h264.avi", "\(picture) \(x264) -bf 2"),
        ("h264.mov", "\(picture) -f lavfi -i sine=duration=1 \(x264) -c:a aac"),
        ("raw.h264", "\(picture) \(x264) -bf 2"),
        ("fragmented.mp4", "\(picture) \(x264) -bf 2 -movflags frag_keyframe+empty_moov+default_base_moof"),
        ("interlaced.mp4", "\(picture) -vf scale=160:96,interlace -flags +ildct+ilme \(x264)"),
        ("ten-bit.mkv", "\(picture) -pix_fmt yuv420p10le \(x264)"),
        ("hevc.mp4", "\(picture) -c:v libx265 -preset ultrafast -x265-params log-level=none"),
        ("hevc.ts", "\(picture) -c:v libx265 -preset ultrafast -x265-params log-level=none"),
        ("av1.webm", "-f lavfi -i testsrc2=size=160x90:rate=25:duration=0.4 -c:v libaom-av1 -cpu-used 8 -row-mt 0"),
        ("av1.mp4", "-f lavfi -i testsrc2=size=160x90:rate=25:duration=0.4 -c:v libaom-av1 -cpu-used 8 -row-mt 0"),
        ("vp9.webm", "\(picture) -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 10"),
        ("vp8.webm", "\(picture) -c:v libvpx -deadline realtime -auto-alt-ref 1 -lag-in-frames 10"),
        ("mpeg2.ts", "\(picture) -vf interlace -c:v mpeg2video -flags +ildct+ilme -bf 2"),
        ("mpeg2.mpg", "\(picture) -vf interlace -c:v mpeg2video -flags +ildct+ilme -bf 2"),
        ("mpeg4.avi", "\(picture) -c:v mpeg4 -bf 2"),
        ("mjpeg.avi", "\(picture) -c:v mjpeg"),
        ("mjpeg.mkv", "\(picture) -c:v mjpeg"),
        ("mjpeg.mjpeg", "\(picture) -c:v mjpeg"),
        ("animation.gif", "\(picture)"),
        ("variable.mkv", "\(picture) -vf select='not(mod(n\\,3))+lt(n\\,6)' -fps_mode vfr \(x264)"),
        ("variable.mp4", "\(picture) -vf select='not(mod(n\\,3))+lt(n\\,6)' -fps_mode vfr \(x264) -bf 2"),
        ("late.mkv", "\(picture) -output_ts_offset 7.3 \(x264)"),
        ("odd.mp4", "-f lavfi -i testsrc2=size=161x91:rate=30000/1001:duration=1 -pix_fmt yuv444p \(x264)"),
        ("single.png", "\(picture) -frames:v 1"),
    ]

    @Test(arguments: media)
    func givesTheFramesAndTimesThatFFprobeShows(_ item: (name: String, arguments: String)) throws {
        let folder = try TestFolder()
        try folder.make(item.name, item.arguments)
        let source = try VideoSource(folder.file(item.name))
        let times = try source.times()
        let probed = try folder.probedTimes(item.name)
        #expect(times.count == (try folder.probedCount(item.name)))
        #expect(times.count > 5 || item.name == "single.png")
        #expect(source.damaged == 0)
        if probed.contains(nil) {
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "times are made up, and go forward")
        } else {
            #expect(times == probed.map { $0! })
        }
        // Its own table makes this exact in MP4; elsewhere it is an estimate.
        if item.name.hasSuffix("mp4") && item.name != "fragmented.mp4" { #expect(source.info.frameCount == times.count) }
    }

    @Test(arguments: ["h264.mp4", "h264.mkv"])
    func decodesTheSameWithSeveralThreads(_ name: String) throws {
        let folder = try TestFolder()
        // Smaller ones have one thread.
        try folder.make(name, "\(Self.picture) -s 1280x720 \(Self.x264) -bf 2")
        var options = VideoSource.Options()
        options.mostDecoderThreads = 2
        #expect(try VideoSource(folder.file(name), options: options).times() == VideoSource(folder.file(name)).times())
    }

    @Test func leavesOutWhatAnEditListLeavesOut() throws {
        let folder = try TestFolder()
        try folder.make("whole.mp4", "\(Self.picture) \(Self.x264) -bf 2")
        // A cut between key frames keeps the frames before it for decoding, and an edit list hides them.
        try folder.make("cut.mp4", "-ss 0.6 -i whole.mp4 -c copy")
        let source = try VideoSource(folder.file("cut.mp4"))
        let times = try source.times()
        #expect(times == (try folder.probedTimes("cut.mp4")).compactMap { $0 })
        #expect(source.info.frameCount == times.count)
        #expect(source.damaged == 0)
    }

    @Test func tellsSizeShapeAndRateAsDisplayed() throws {
        let folder = try TestFolder()
        try folder.make("wide.mp4", "-f lavfi -i testsrc2=size=144x96:rate=30000/1001:duration=0.3 -vf setsar=4/3 \(Self.x264)")
        let info = try VideoSource(folder.file("wide.mp4")).info
        #expect(info.width == 144 && info.height == 96)
        #expect(info.sampleAspectRatio == Rational(4, 3))
        #expect(info.frameRate == Rational(30000, 1001))
        #expect(info.codec == "h264" && info.kind == .file && !info.isLive)
        #expect(info.frameCount == 9)
    }

    @Test func goesOnWhereTheSizeChanges() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "-f lavfi -i testsrc2=size=160x90:duration=0.4 \(Self.x264)")
        try folder.make("b.ts", "-f lavfi -i testsrc2=size=96x64:duration=0.4 -pix_fmt yuv444p -output_ts_offset 1 \(Self.x264)")
        try folder.write(try folder.bytes(of: "a.ts") + folder.bytes(of: "b.ts"), to: "both.ts")
        let source = try VideoSource(folder.file("both.ts"))
        let frame = VideoFrame()
        let image = RGBImage(width: 80, height: 48)
        var sizes: [[Int]: Int] = [:]
        while try source.read(into: frame) {
            try frame.draw(into: image)
            sizes[[frame.width, frame.height], default: 0] += 1
        }
        #expect(sizes.count == 2)
        #expect(sizes.values.reduce(0, +) == (try folder.probedCount("both.ts")))
    }

    @Test func ignoresACoverPicture() throws {
        let folder = try TestFolder()
        try folder.make("cover.png", "-f lavfi -i color=red:size=32x32 -frames:v 1")
        try folder.make("plain.mp4", "\(Self.picture) \(Self.x264)")
        try folder.make("covered.mp4", "-i cover.png -i plain.mp4 -map 0 -map 1 -c copy -disposition:v:0 attached_pic")
        #expect(try VideoSource(folder.file("covered.mp4")).times().count == 25)
        try folder.make(
            "song.m4a", "-f lavfi -i sine=duration=1 -i cover.png -map 0 -map 1 -c:a aac -c:v copy -disposition:v:0 attached_pic")
        #expect(throws: VideoError.self) { try VideoSource(folder.file("song.m4a")) }
    }

    @Test func readsAFolderOfPicturesInNaturalOrder() throws {
        let folder = try TestFolder()
        for (name, color) in [("f2.png", "red"), ("f10.png", "lime"), ("f1.jpg", "blue")] {
            try folder.make(name, "-f lavfi -i color=\(color):size=32x16 -frames:v 1")
        }
        try folder.write("no picture".utf8, to: "notes.txt")
        try folder.write("no picture".utf8, to: "f3.png")
        let source = try VideoSource(folder.path)
        let (frame, image) = (VideoFrame(), RGBImage(width: 32, height: 16))
        var colors: [[Int]] = []
        var times: [Int64] = []
        while try source.read(into: frame) {
            try frame.draw(into: image)
            colors.append(pixel(image, 16, 8))
            times.append(frame.timestamp.value)
        }
        #expect(source.info.kind == .imageFolder && source.info.frameCount == 4)
        #expect(source.damaged == 1 && source.missing == 1)
        #expect(source.lost.count == 1 && source.lost[0].contains("f3.png"))
        #expect(times == [0, 1, 3], "the damaged third keeps its time")
        #expect(isNear(colors[0], [0, 0, 255]) && isNear(colors[1], [255, 0, 0]) && isNear(colors[2], [0, 255, 0]))
    }

    @Test func refusesAFolderWithoutPictures() throws {
        let folder = try TestFolder()
        #expect(throws: VideoError.self) { try VideoSource(folder.path) }
        #expect(throws: VideoError.self) { try VideoSource(folder.file("missing.mp4")) }
        #expect(throws: VideoError.self) { try VideoSource("gopher://example.com/a.mp4") }
    }

    @Test func usesNoMoreMemoryAfterManyFrames() throws {
        let folder = try TestFolder()
        try folder.make("long.mp4", "-f lavfi -i testsrc2=size=64x48:rate=100:duration=25 \(Self.x264)")
        let source = try VideoSource(folder.file("long.mp4"))
        let (frame, image) = (VideoFrame(), RGBImage(width: 50, height: 37))
        var early = 0
        var count = 0
        while try source.read(into: frame) {
            try frame.draw(into: image)
            count += 1
            if count == 500 { early = try residentPages() }
        }
        #expect(count == 2500)
        // Other tests of this process run meanwhile.
        #expect(try residentPages() - early < 20 << 8)
    }

    private func residentPages() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return Int(text.split(separator: " ")[1])!
    }
}
