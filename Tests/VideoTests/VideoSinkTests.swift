import Foundation
import Glibc
import TestSupport
import Testing
import Video

struct VideoSinkTests {
    private func gray(_ width: Int, _ height: Int, seed: Int) -> GrayImage {
        let image = GrayImage(width: width, height: height)
        for index in image.bytes.indices { image.bytes[index] = UInt8(truncatingIfNeeded: (index &* 31 &+ seed &* 977) >> 3) }
        return image
    }

    private func sink(
        _ path: String, _ kind: VideoSink.Kind, _ width: Int, _ height: Int, timeBase: Rational = Rational(1, 25)
    ) throws -> VideoSink {
        try VideoSink(path, kind: kind, width: width, height: height, timeBase: timeBase, frameRate: Rational(25, 1))
    }

    /// Units: milliseconds.
    private func milliseconds(_ times: [Int64], _ timeBase: Rational) -> [Int64] {
        times.map { Timestamp($0, timeBase).rescaled(to: Rational(1, 1000)).value }
    }

    /// Where players look for it: AVI cannot say it.
    @Test(arguments: [("a.mp4", VideoSink.Kind.overlay), ("a.mkv", .overlay), ("m.mkv", .mask), ("a.mov", .overlay)])
    func keepsTheShapeOfPixels(_ name: String, _ kind: VideoSink.Kind) throws {
        let folder = try TestFolder()
        let sink = try VideoSink(
            folder.file(name), kind: kind, width: 144, height: 96, timeBase: Rational(1, 25), frameRate: Rational(25, 1),
            sampleAspectRatio: Rational(4, 3))
        for index in 0..<40 {
            let time = Timestamp(Int64(index), Rational(1, 25))
            if kind == .mask { try sink.append(GrayImage(width: 144, height: 96), at: time) }
            if kind == .overlay { try sink.append(RGBImage(width: 144, height: 96), at: time) }
        }
        try sink.close()
        #expect(try VideoSource(folder.file(name)).info.sampleAspectRatio == Rational(4, 3))
    }

    /// Results lie among recordings sooner or later.
    @Test(arguments: [
        ("a.mp4", VideoSink.Kind.overlay), ("a.mov", .overlay), ("a.mkv", .overlay), ("a.avi", .overlay), ("a.ts", .overlay),
        ("m.mkv", .mask), ("c.mkv", .confidence),
    ])
    func aResultSaysThatItIsOne(_ name: String, _ kind: VideoSink.Kind) throws {
        let folder = try TestFolder()
        for isResult in [true, false] {
            var options = VideoSink.Options()
            options.isResult = isResult
            let sink = try VideoSink(
                folder.file(name), kind: kind, width: 64, height: 48, timeBase: Rational(1, 25), frameRate: Rational(25, 1),
                options: options)
            try sink.append(GrayImage(width: 64, height: 48), at: Timestamp(0, Rational(1, 25)))
            try sink.close()
            #expect(try VideoSource(folder.file(name)).info.result == (isResult ? kind : nil))
        }
    }

    @Test func masksOfOlderVersionsAreKnownByTheirClasses() throws {
        let folder = try TestFolder()
        var options = VideoSink.Options()
        options.metadata = ["CLASSES": "[]"]
        let sink = try VideoSink(
            folder.file("m.mkv"), kind: .mask, width: 64, height: 48, timeBase: Rational(1, 25), frameRate: Rational(25, 1),
            options: options)
        try sink.append(GrayImage(width: 64, height: 48), at: Timestamp(0, Rational(1, 25)))
        try sink.close()
        #expect(try VideoSource(folder.file("m.mkv")).info.result == .mask)
    }

    @Test func whatCannotHaveItsNameKeepsTheOtherOne() throws {
        let folder = try TestFolder()
        let masks = try sink(folder.file("m.mkv"), .mask, 64, 48)
        for index in 0..<5 { try masks.append(gray(64, 48, seed: index), at: Timestamp(Int64(index), Rational(1, 25))) }
        try FileManager.default.createDirectory(atPath: folder.file("m.mkv"), withIntermediateDirectories: false)
        let error = #expect(throws: VideoError.self) { try masks.close() }
        #expect(error?.problem.contains(masks.temporaryPath) == true, "\(error?.description ?? "")")
        let source = try VideoSource(masks.temporaryPath)
        let frame = VideoFrame()
        for _ in 0..<5 { #expect(try source.read(into: frame)) }
        #expect(try !source.read(into: frame))
    }

    @Test(arguments: [(64, 48), (33, 17), (4, 5)])
    func masksComeBackExactly(_ width: Int, _ height: Int) throws {
        let folder = try TestFolder()
        let masks = try sink(folder.file("m.mkv"), .mask, width, height)
        for index in 0..<5 { try masks.append(gray(width, height, seed: index), at: Timestamp(Int64(index), Rational(1, 25))) }
        try masks.close()
        let data = try folder.run("ffmpeg", ["-v", "error", "-i", "m.mkv", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        #expect(Array(data) == (0..<5).flatMap { pixels(gray(width, height, seed: $0)) })
    }

    /// FFV1 takes a buffer for its worst case, which is more than what headers from outside may make FFmpeg allocate.
    @Test(arguments: [(2560, 1440), (3840, 2160), (7680, 4320)])
    func masksMayBeAsLargeAsAnyPictureThatIsRead(_ width: Int, _ height: Int) throws {
        let folder = try TestFolder()
        let masks = try sink(folder.file("m.mkv"), .mask, width, height)
        let confidence = try sink(folder.file("c.mkv"), .confidence, width, height)
        let image = GrayImage(width: width, height: height)
        for row in 0..<height { image.bytes.fill(row * width..<(row + 1) * width, with: UInt8(row * 11 / height)) }
        for index: Int64 in 0..<2 {
            try masks.append(image, at: Timestamp(index, Rational(1, 25)))
            try confidence.append(image, at: Timestamp(index, Rational(1, 25)))
        }
        try masks.close()
        try confidence.close()
        for name in ["m.mkv", "c.mkv"] {
            let seen = try folder.run("ffmpeg", ["-v", "error", "-i", name, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
            #expect(seen.count == 2 * width * height)
            #expect(seen.prefix(width * height).elementsEqual(image.bytes))
        }
        // The limit for what comes from outside is back.
        #expect(throws: VideoError.self) {
            _ = try VideoSource(folder.write(Self.pictureHeader(width: 60000, height: 60000), to: "bomb.ppm")).times()
        }
    }

    private static func pictureHeader(width: Int, height: Int) -> [UInt8] { Array("P6 \(width) \(height) 255\n".utf8) }

    @Test func theSameMasksGiveTheSameBytes() throws {
        let folder = try TestFolder()
        for name in ["a.mkv", "b.mkv"] {
            let masks = try sink(folder.file(name), .mask, 64, 48)
            for index in 0..<5 { try masks.append(gray(64, 48, seed: index), at: Timestamp(Int64(index), Rational(1, 25))) }
            try masks.close()
        }
        #expect(try folder.bytes(of: "a.mkv") == folder.bytes(of: "b.mkv"))
    }

    @Test func whatIsNotAllKeepsItsTemporaryName() throws {
        let folder = try TestFolder()
        for (name, kind) in [("m.mkv", VideoSink.Kind.mask), ("o.mp4", .overlay)] {
            let half = try sink(folder.file(name), kind, 64, 48)
            for index: Int64 in 0..<7 {
                let time = Timestamp(index, Rational(1, 25))
                if kind == .mask {
                    try half.append(gray(64, 48, seed: 1), at: time)
                } else {
                    try half.append(RGBImage(width: 64, height: 48), at: time)
                }
            }
            let left = try #require(try half.leave())
            #expect(try VideoSource(left).times().count == 7)
        }
        let nothing = try sink(folder.file("n.mkv"), .mask, 64, 48)
        #expect(try nothing.leave() == nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["m.partial.mkv", "o.partial.mp4"])
    }

    @Test func classesAreKeptWithTheVideo() throws {
        let folder = try TestFolder()
        var options = VideoSink.Options()
        options.metadata["CLASSES"] = #"[{"name":"a=b;c\\d\n"}]"#
        let masks = try VideoSink(
            folder.file("m.mkv"), kind: .mask, width: 16, height: 16, timeBase: Rational(1, 25), frameRate: Rational(25, 1),
            options: options)
        try masks.append(gray(16, 16, seed: 1), at: Timestamp(0, Rational(1, 25)))
        try masks.close()
        let answer = try JSONSerialization.jsonObject(
            with: folder.run("ffprobe", ["-v", "error", "-show_entries", "stream_tags", "-of", "json", "m.mkv"]))
        let streams = try #require((answer as? [String: Any])?["streams"] as? [[String: Any]])
        #expect((streams[0]["tags"] as? [String: String])?["CLASSES"] == options.metadata["CLASSES"])
    }

    @Test(arguments: [
        ("variable.mkv", "-vf select='not(mod(n\\,3))+lt(n\\,6)' -fps_mode vfr"), ("ntsc.mp4", "-r 30000/1001"),
        ("late.mkv", "-output_ts_offset 7.3"), ("start.ts", "-bf 2"),
    ])
    func masksKeepTheTimesOfTheSource(_ name: String, _ arguments: String) throws {
        let folder = try TestFolder()
        try folder.make(name, "-f lavfi -i testsrc2=size=64x48:rate=25:duration=1 -c:v libx264 -preset ultrafast \(arguments)")
        let source = try VideoSource(folder.file(name))
        let masks = try sink(folder.file("m.mkv"), .mask, 64, 48, timeBase: source.info.timeBase)
        let overlay = try sink(folder.file("o.mp4"), .overlay, 64, 48, timeBase: source.info.timeBase)
        let (frame, image, mask) = (VideoFrame(), RGBImage(width: 64, height: 48), GrayImage(width: 64, height: 48))
        while try source.read(into: frame) {
            try frame.draw(into: image)
            try masks.append(mask, at: frame.timestamp)
            try overlay.append(image, at: frame.timestamp)
        }
        try masks.close()
        try overlay.close()
        let expected = milliseconds(try folder.probedTimes(name).map { $0! }, source.info.timeBase)
        #expect(try folder.probedTimes("m.mkv").map { $0! } == expected)
        let seen = try VideoSource(folder.file("o.mp4"))
        #expect(milliseconds(try seen.times(), seen.info.timeBase) == expected)
    }

    @Test func timesBelowZeroMoveAllAndBackwardStepsGoOn() throws {
        let folder = try TestFolder()
        let masks = try sink(folder.file("m.mkv"), .mask, 16, 16, timeBase: Rational(1, 1000))
        for time: Int64 in [-80, -40, 0, 0, 40, 90_000, 90_040, 100, 140, -5000] {
            try masks.append(gray(16, 16, seed: 1), at: Timestamp(time, Rational(1, 1000)))
        }
        try masks.close()
        #expect(try folder.probedTimes("m.mkv") == [0, 40, 80, 81, 120, 90_080, 90_120, 90_160, 90_200, 90_240])
    }

    @Test func liveTimesCanStartAtZero() throws {
        let folder = try TestFolder()
        var options = VideoSink.Options()
        options.startsAtZero = true
        let base = Rational(1, 1_000_000)
        let masks = try VideoSink(
            folder.file("m.mkv"), kind: .mask, width: 16, height: 16, timeBase: base, frameRate: Rational(30, 1), options: options
        )
        for index: Int64 in 0..<3 {
            try masks.append(gray(16, 16, seed: 1), at: Timestamp(1_700_000_000_000_000 + index * 33_333, base))
        }
        try masks.close()
        #expect(try folder.probedTimes("m.mkv") == [0, 33, 67])
    }

    @Test(arguments: ["o.mp4", "o.mkv", "o.avi", "o.ts", "o.mov"], [(64, 48), (65, 47)])
    func overlaysPlayInEveryContainer(_ name: String, _ size: (width: Int, height: Int)) throws {
        let folder = try TestFolder()
        let overlay = try sink(folder.file(name), .overlay, size.width, size.height)
        let image = RGBImage(width: size.width, height: size.height)
        for index in image.bytes.indices { image.bytes[index] = [200, 40, 90][index % 3] }
        for index: Int64 in 0..<30 { try overlay.append(image, at: Timestamp(index, Rational(1, 25))) }
        #expect(!FileManager.default.fileExists(atPath: folder.file(name)), "no name before it is complete")
        try overlay.close()
        let source = try VideoSource(folder.file(name))
        let (frame, seen) = (VideoFrame(), RGBImage(width: 64, height: 48))
        var times: [Double] = []
        while try source.read(into: frame) {
            times.append(frame.timestamp.seconds)
            try frame.draw(into: seen)
            #expect(isNear(pixel(seen, 32, 24), [200, 40, 90], 12) && isNear(pixel(seen, 63, 47), [200, 40, 90], 12))
        }
        #expect(times.count == 30)
        #expect(abs(times[29] - times[0] - 29.0 / 25) < 0.01)
        #expect(abs(times[0]) < 0.1, "starts at \(times[0])")
        #expect(source.info.width - size.width == size.width % 2 && source.damaged == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }

    @Test(arguments: ["c.mkv", "c.mp4"])
    func confidenceIsGray(_ name: String) throws {
        let folder = try TestFolder()
        let confidence = try sink(folder.file(name), .confidence, 32, 32)
        for index: Int64 in 0..<3 {
            try confidence.append(GrayImage(width: 32, height: 32, filledWith: 200), at: Timestamp(index, Rational(1, 25)))
        }
        try confidence.close()
        let (source, frame, image) = (try VideoSource(folder.file(name)), VideoFrame(), RGBImage(width: 32, height: 32))
        try #require(try source.read(into: frame))
        try frame.draw(into: image)
        #expect(isNear(pixel(image, 16, 16), [200, 200, 200], 2), "\(pixel(image, 16, 16))")
    }

    @Test(arguments: ["mp4", "mkv", "avi", "ts", "mov"])
    func anOverlayPlaysUpToItsLastSecondWhileItIsWritten(_ ending: String) throws {
        let folder = try TestFolder()
        let overlay = try sink(folder.file("o.\(ending)"), .overlay, 64, 48)
        let image = RGBImage(width: 64, height: 48)
        for index: Int64 in 0..<100 { try overlay.append(image, at: Timestamp(index, Rational(1, 25))) }
        #expect(try VideoSource(folder.file("o.partial.\(ending)")).times().count >= 75)
        overlay.abort()
    }

    @Test func anAVIOfARecordingThatStartsLateHasNoHole() throws {
        let folder = try TestFolder()
        let overlay = try sink(folder.file("o.avi"), .overlay, 64, 48)
        let image = RGBImage(width: 64, height: 48)
        for index: Int64 in 90_000..<90_005 { try overlay.append(image, at: Timestamp(index, Rational(1, 25))) }
        try overlay.close()
        #expect(try folder.probedTimes("o.avi") == [0, 1, 2, 3, 4])
        #expect(try folder.bytes(of: "o.avi").count < 100_000)
    }

    /// A camera that was away for an hour.
    @Test func aLongGapDoesNotEndAnAVI() throws {
        let folder = try TestFolder()
        let overlay = try sink(folder.file("o.avi"), .overlay, 64, 48)
        let image = RGBImage(width: 64, height: 48)
        for index: Int64 in [0, 1, 2, 90_000, 90_001, 90_004] { try overlay.append(image, at: Timestamp(index, Rational(1, 25))) }
        try overlay.close()
        #expect(try folder.probedTimes("o.avi") == [0, 1, 2, 3, 4, 7])
    }

    @Test func masksPlayUpToTheirLastSecondWhileTheyAreWritten() throws {
        let folder = try TestFolder()
        let masks = try sink(folder.file("m.mkv"), .mask, 64, 48)
        for index in 0..<100 { try masks.append(gray(64, 48, seed: index), at: Timestamp(Int64(index), Rational(1, 25))) }
        #expect(try VideoSource(folder.file("m.partial.mkv")).times().count >= 75)
        masks.abort()
    }

    @Test func anAbortedVideoLeavesNothing() throws {
        let folder = try TestFolder()
        let aborted = try sink(folder.file("o.mp4"), .overlay, 64, 48)
        try aborted.append(RGBImage(width: 64, height: 48), at: Timestamp(0, Rational(1, 25)))
        aborted.abort()
        let empty = try sink(folder.file("e.mkv"), .mask, 64, 48)
        try empty.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func nothingUnderATemporaryNameIsTouched() throws {
        let folder = try TestFolder()
        let image = RGBImage(width: 64, height: 48)
        let precious = Array("all that a crash has left".utf8)
        try folder.write(precious, to: "o.partial.mp4")
        let sinks = try (0..<3).map { _ in try sink(folder.file("o.mp4"), .overlay, 64, 48) }
        for (count, sink) in zip(Int64(1)..., sinks) {
            for index in 0..<count { try sink.append(image, at: Timestamp(index, Rational(1, 25))) }
        }
        let names = ["o.partial-2.mp4", "o.partial-3.mp4", "o.partial-4.mp4", "o.partial.mp4"]
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
        sinks[1].abort()
        try sinks[2].close()
        #expect(try VideoSource(folder.file("o.mp4")).times().count == 3)
        try sinks[0].close()
        #expect(try VideoSource(folder.file("o.mp4")).times().count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["o.mp4", "o.partial.mp4"])
        #expect(try Array(folder.bytes(of: "o.partial.mp4")) == precious)
    }

    @Test func anInputWithATemporaryNameIsReadWhileItsVideoIsWritten() throws {
        let folder = try TestFolder()
        try folder.make("d.partial.mp4", "-f lavfi -i testsrc2=size=64x48:rate=25:duration=1 -c:v libx264 -preset ultrafast")
        let before = try folder.bytes(of: "d.partial.mp4")
        let source = try VideoSource(folder.file("d.partial.mp4"))
        let overlay = try sink(folder.file("d.mp4"), .overlay, 64, 48, timeBase: source.info.timeBase)
        let (frame, image) = (VideoFrame(), RGBImage(width: 64, height: 48))
        while try source.read(into: frame) {
            try frame.draw(into: image)
            try overlay.append(image, at: frame.timestamp)
        }
        try overlay.close()
        #expect(try VideoSource(folder.file("d.mp4")).times().count == 25)
        #expect(try folder.bytes(of: "d.partial.mp4") == before)
    }

    @Test func refusesWhatCannotBeWritten() throws {
        let folder = try TestFolder()
        let unknown = try #require(throws: VideoError.self) { try sink(folder.file("o.xyz"), .overlay, 64, 48) }
        #expect(unknown.remedy.contains(".mkv") && unknown.remedy.contains(".mp4"))
        let lossy = try #require(throws: VideoError.self) { try sink(folder.file("m.mp4"), .mask, 64, 48) }
        #expect(lossy.remedy.contains(".mkv"))
        #expect(throws: VideoError.self) { try sink(folder.file("m.mkv"), .mask, 3, 8) }
        let missing = try #require(throws: VideoError.self) { try sink(folder.file("none/o.mp4"), .overlay, 64, 48) }
        #expect(missing.problem.contains("No such file"))
    }

    @Test func aFullDiskIsAnError() throws {
        let folder = try TestFolder()
        let error = #expect(throws: VideoError.self) {
            let masks = try sink(folder.file("m.mkv"), .mask, 320, 240)
            try FullDisk.put(under: folder.file("m.partial.mkv"))
            defer { try? masks.close() }
            for index: Int64 in 0..<50 {
                try masks.append(gray(320, 240, seed: Int(index)), at: Timestamp(index, Rational(1, 25)))
            }
            try masks.close()
        }
        #expect(error?.problem.contains("No space left") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func whoWritesIsToldOfAFileThatIsRemoved() throws {
        let folder = try TestFolder()
        let masks = try sink(folder.file("m.mkv"), .mask, 64, 48)
        try masks.append(gray(64, 48, seed: 1), at: Timestamp(0, Rational(1, 25)))
        #expect(!masks.isGone)
        try FileManager.default.removeItem(atPath: masks.temporaryPath)
        #expect(masks.isGone)
        #expect(throws: VideoError.self) { try masks.close() }
    }
}
