import Foundation
import TestSupport
import Testing
import Video

/// Which of several video streams is taken, and at what rate what says none is read.
struct StreamChoiceTests {
    private static let x264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
    private static let picture = "-f lavfi -i testsrc2=size=96x64:rate=20:duration=1"

    private func source(_ path: String, stream: Int? = nil, rate: Rational? = nil) throws -> VideoSource {
        var options = VideoSource.Options()
        (options.stream, options.rate) = (stream, rate)
        return try VideoSource(path, options: options)
    }

    @Test(arguments: ["two.mp4", "two.mkv", "two.ts"])
    func ofTwoCamerasEitherCanBeTaken(_ name: String) throws {
        let folder = try TestFolder()
        try folder.make(
            name,
            "-f lavfi -i testsrc2=size=96x64:duration=1 -f lavfi -i testsrc2=size=64x48:duration=1 -map 0 -map 1 \(Self.x264)")
        let both = try source(folder.file(name))
        let taken = both.info.width == 96 ? 1 : 2
        #expect(both.notices.count == 1)
        #expect(both.notices[0].contains("2 video streams: 1 (96×64 h264), 2 (64×48 h264). Stream \(taken) is taken"))
        let second = try source(folder.file(name), stream: 2)
        #expect(second.info.width == 64 && second.notices.isEmpty)
        #expect(try second.times().count == 25)
        let error = try #require(throws: VideoError.self) { try source(folder.file(name), stream: 3) }
        #expect(error.problem.contains("no video stream 3: there are 2"))
    }

    @Test func coverPicturesAreNoStreams() throws {
        let folder = try TestFolder()
        try folder.make("cover.png", "-f lavfi -i color=red:size=32x32 -frames:v 1")
        try folder.make("plain.mp4", "\(Self.picture) \(Self.x264)")
        try folder.make("covered.mp4", "-i cover.png -i plain.mp4 -map 0 -map 1 -c copy -disposition:v:0 attached_pic")
        let covered = try source(folder.file("covered.mp4"), stream: 1)
        #expect(covered.info.width == 96 && covered.notices.isEmpty)
        #expect(throws: VideoError.self) { try source(folder.file("covered.mp4"), stream: 2) }
    }

    /// Raw streams have no times; some say their rate.
    @Test(arguments: [
        ("raw.mjpeg", "-c:v mjpeg", nil as Double?), ("raw.h264", x264, 20),
        ("raw.hevc", "-c:v libx265 -preset ultrafast -x265-params log-level=none:vui-timing-info=0", nil),
    ])
    func rawVideoHasTheRateThatItSaysOrThatIsGiven(_ name: String, _ encoder: String, _ said: Double?) throws {
        let folder = try TestFolder()
        try folder.make(name, "\(Self.picture) \(encoder)")
        func last(_ source: VideoSource) throws -> Double {
            Timestamp(try #require(try source.times().last), source.info.timeBase).seconds
        }
        let plain = try source(folder.file(name))
        #expect(abs(try last(plain) - 19 / (said ?? 25)) < 1e-3)
        #expect(plain.notices.count == (said == nil ? 1 : 0))
        #expect(plain.notices.allSatisfy { $0.contains("25 frames/s are assumed") })
        let given = try source(folder.file(name), rate: Rational(10, 1))
        #expect(abs(try last(given) - 1.9) < 1e-3)
        #expect(given.notices.isEmpty && given.info.frameRate == Rational(10, 1))
    }

    @Test func aRateIsOfNoUseWhereThereAreTimes() throws {
        let folder = try TestFolder()
        try folder.make("a.mp4", "\(Self.picture) \(Self.x264)")
        let source = try source(folder.file("a.mp4"), rate: Rational(10, 1))
        #expect(try source.times() == folder.probedTimes("a.mp4").compactMap { $0 })
        #expect(source.notices.count == 1 && source.notices[0].contains("not used"))
    }

    @Test func aRateOfPicturesSetsTheirTimes() throws {
        let folder = try TestFolder()
        try folder.make("%d.png", "\(Self.picture) -frames:v 3")
        let source = try source(folder.path, rate: Rational(2, 1))
        #expect(try source.times().map { Timestamp($0, source.info.timeBase).seconds } == [0, 0.5, 1])
    }
}
