import Foundation
import TestSupport
import Testing
import Video

/// Cameras that browsers can show.
struct WebPictureTests {
    private let folder: TestFolder
    private let camera: MJPEGCamera

    init() throws {
        folder = try TestFolder()
        try folder.make("%02d.jpg", "-f lavfi -i testsrc2=size=96x64:rate=25 -frames:v 8 -start_number 0")
        camera = try MJPEGCamera(folder)
    }

    private func source(_ dialect: String, snapshotRate: SnapshotRate? = nil) throws -> VideoSource {
        var options = VideoSource.Options()
        options.snapshotRate = snapshotRate
        options.stallTimeout = 2
        return try VideoSource(camera.address + dialect, options: options)
    }

    @Test(arguments: [
        "plain", "late-boundary", "preamble", "without-types", "without-lengths", "zero-lengths", "wrong-lengths", "line-feeds",
        "quoted", "dashes", "mixed", "bare", "untyped", "capitals", "without-boundary",
    ])
    func everyDialectPlays(_ dialect: String) throws {
        let (source, frame, image) = (try source(dialect), VideoFrame(), RGBImage(width: 96, height: 64))
        #expect(source.info.width == 96 && source.info.kind == .network && source.info.codec == "mjpeg")
        var times: [Double] = []
        for number in 0..<10 {
            try #require(try source.read(into: frame))
            #expect(frame.index == number && !frame.isDamaged)
            times.append(frame.timestamp.seconds)
            try frame.draw(into: image)
            let stored = try ImageFile.readRGB(folder.file("0\(number % 8).jpg"))
            #expect(pixels(image) == pixels(stored), "picture \(number)")
        }
        #expect(times[0] == 0 && zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "the time of arrival")
        #expect(source.damaged == 0)
    }

    @Test func picturesThatAreCutOffAreDamagedAndTheNextAreNot() throws {
        let (source, frame) = (try source("cut"), VideoFrame())
        var damaged: [Int] = []
        for _ in 0..<12 {
            try #require(try source.read(into: frame))
            if frame.isDamaged { damaged.append(frame.index) }
        }
        #expect(damaged == [3, 7, 11] && source.damaged == 3)
    }

    @Test func picturesThatCannotBeDecodedAreLeftOut() throws {
        let (source, frame) = (try source("broken"), VideoFrame())
        for _ in 0..<12 { #expect(try source.read(into: frame)) }
        #expect(source.damaged >= 3 && !frame.isDamaged)
    }

    @Test(arguments: ["snapshot.jpg", "snapshot-endless"])
    func aSnapshotIsOnePictureOrAskedForAgain(_ path: String) throws {
        let once = try source(path)
        #expect(try once.times().count == 1 && !once.info.isLive)
        let (again, frame) = (try source(path, snapshotRate: SnapshotRate(20)), VideoFrame())
        #expect(again.info.isLive)
        let began = Date()
        for _ in 0..<6 { #expect(try again.read(into: frame)) }
        #expect(Date().timeIntervalSince(began) > 0.2, "no faster than it is asked for")
        #expect(frame.index == 5 && again.damaged == 0)
    }

    @Test func aChangedRateHoldsForTheNextPause() throws {
        let rate = SnapshotRate(1000)
        let (source, frame) = (try source("snapshot.jpg", snapshotRate: rate), VideoFrame())
        for _ in 0..<3 { #expect(try source.read(into: frame)) }
        rate.value = 2
        let began = Date()
        for _ in 0..<3 { #expect(try source.read(into: frame)) }
        #expect(Date().timeIntervalSince(began) > 0.9)
    }

    @Test func aSnapshotThatFailsNowAndThenIsAskedForAgain() throws {
        let (source, frame) = (try source("snapshot-failing", snapshotRate: SnapshotRate(20)), VideoFrame())
        for _ in 0..<4 { #expect(try source.read(into: frame)) }
        #expect(source.damaged >= 2)
    }

    @Test func aSnapshotThatIsCutOffIsDamaged() throws {
        let (source, frame) = (try source("snapshot-cut"), VideoFrame())
        #expect(try source.read(into: frame) && frame.isDamaged)
    }

    @Test func whatIsNoPictureSaysSo() throws {
        #expect(try #require(throws: VideoError.self) { try source("page") }.problem.contains("a page"))
        #expect(try #require(throws: VideoError.self) { try source("nothing") }.problem.contains("nothing"))
    }
}
