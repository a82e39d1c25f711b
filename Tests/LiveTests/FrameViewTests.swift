import Foundation
import Live
import Overlay
import RoadScenes
import TestSupport
import Testing
import Threads
import Video

/// A source whose frames are drawn by the test.
private final class DrawnSource: FrameSource, @unchecked Sendable {
    let facts: SourceFacts
    private let count: Int
    private let paint: (Int, RGBImage) -> Void
    private var next = 0

    init(
        _ width: Int, _ height: Int, frames: Int = 1, aspect: Rational = Rational(1, 1), paint: @escaping (Int, RGBImage) -> Void
    ) {
        facts = SourceFacts(
            width: width, height: height, frameRate: Rational(10, 1), frameCount: frames, isLive: false,
            timeBase: Rational(1, 10), sampleAspectRatio: aspect)
        (count, self.paint) = (frames, paint)
    }

    var frame: FrameStamp { FrameStamp(index: next - 1, time: Timestamp(Int64(next - 1), facts.timeBase)) }
    var damaged: Int { 0 }
    func read() -> Bool {
        next += 1
        return next <= count
    }
    func draw(into picture: RGBImage) { paint(next - 1, picture) }
    func cancel() {}
}

@Suite struct FrameViewTests {
    private static func fill(_ picture: RGBImage, _ value: UInt8) {
        for index in picture.bytes.indices { picture.bytes[index] = value }
    }

    /// What a network that sees 80×60 says "void" of, row by row, after so many frames.
    private func hiddenPixels(_ source: DrawnSource, frames: Int = 1, ignored: [String] = []) throws -> (FrameView, GrayImage) {
        let fitting = FrameFitting(width: 80, height: 60, ignored: try ignored.map { try IgnoredArea($0) })
        let picture = RGBImage(width: 80, height: 60)
        var view = FrameView.whole(width: 80, height: 60)
        for _ in 0..<frames {
            #expect(source.read())
            view = try fitting.draw(
                source, (source.facts.width, source.facts.height), aspect: source.facts.sampleAspectRatio, into: picture)
        }
        let map = GrayImage(width: 80, height: 60)
        view.hide(in: map)
        return (view, map)
    }

    private func voidShare(_ map: GrayImage) -> Double {
        withExtendedLifetime(map) { Double(map.bytes.count { $0 == ClassSet.void }) / Double(map.bytes.count) }
    }

    @Test func framesOfAnotherShapeKeepItAndTheMarginsAreVoid() throws {
        let (view, map) = try hiddenPixels(DrawnSource(1280, 720) { Self.fill($1, 200) })
        #expect(view.region == PixelRegion(left: 0, top: 7, width: 80, height: 45))
        for y in 0..<60 {
            let isInside = (view.region.top..<view.region.top + view.region.height).contains(y)
            #expect((0..<80).allSatisfy { (map.bytes[y * 80 + $0] == ClassSet.void) != isInside }, "row \(y)")
        }
    }

    @Test func pixelsThatAreNotSquareCount() throws {
        // 1440×1080 shown as 16:9.
        let (view, _) = try hiddenPixels(DrawnSource(1440, 1080, aspect: Rational(4, 3)) { Self.fill($1, 200) })
        #expect(view.region.width == 80 && view.region.height == 45)
    }

    @Test(arguments: [(640, 480), (720, 576), (1024, 768)])
    func framesOfNearlyTheSameShapeFillThePicture(width: Int, height: Int) throws {
        let aspect = width == 720 ? Rational(16, 15) : Rational(1, 1)
        let (view, map) = try hiddenPixels(DrawnSource(width, height, aspect: aspect) { Self.fill($1, 200) })
        #expect(view == .whole(width: 80, height: 60) && voidShare(map) == 0)
    }

    @Test func ignoredAreasAreVoid() throws {
        let (_, map) = try hiddenPixels(
            DrawnSource(640, 480) { Self.fill($1, 200) }, ignored: ["0,75 100,75 100,100 0,100", "0%,0% 50%,0% 0%,50%"])
        #expect(map.bytes[59 * 80 + 40] == ClassSet.void && map.bytes[44 * 80 + 40] != ClassSet.void)
        #expect(map.bytes[0] == ClassSet.void && map.bytes[79] != ClassSet.void)
        #expect(abs(voidShare(map) - (0.25 + 0.125)) < 0.02)
    }

    @Test func aMaskPictureIsIgnoredWhereItIsNotBlack() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("ignored-\(UUID().uuidString).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let mask = RGBImage(width: 8, height: 6)
        for index in mask.bytes.indices { mask.bytes[index] = index / 24 < 2 ? 255 : 0 }
        try ImageFile.write(mask, to: path)
        let (_, map) = try hiddenPixels(DrawnSource(640, 480) { Self.fill($1, 200) }, ignored: [path])
        #expect(abs(voidShare(map) - 1 / 3) < 0.01 && map.bytes[0] == ClassSet.void && map.bytes[59 * 80] != ClassSet.void)
    }

    /// As picture editors leave it: white lies below what was rubbed out.
    @Test(arguments: ["rgba", "rgba64be", "ya8", "ya16be", "rgba,split[a][b];[a]palettegen[p];[b][p]paletteuse"])
    func aMaskPictureIsNotIgnoredWhereItIsTransparent(format: String) throws {
        let folder = try TestFolder()
        let path = folder.file("mask.png")
        // 8×6: two opaque rows above four transparent ones, all white.
        try MediaTool.run(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i",
                "color=white:s=8x6:d=0.04,format=rgba,geq=r=255:g=255:b=255:a='255*lt(Y,2)',format=\(format)", "-frames:v", "1",
                path,
            ])
        let (_, map) = try hiddenPixels(DrawnSource(640, 480) { Self.fill($1, 200) }, ignored: [path])
        #expect(abs(voidShare(map) - 1 / 3) < 0.01 && map.bytes[0] == ClassSet.void && map.bytes[59 * 80] != ClassSet.void)
    }

    /// Somebody meant something by it.
    @Test func aMaskPictureThatHidesNothingIsRefused() throws {
        let folder = try TestFolder()
        let path = folder.file("black.png")
        try ImageFile.write(RGBImage(width: 8, height: 6), to: path)
        #expect { try IgnoredArea(path) } throws: { "\($0)".contains(path) }
    }

    @Test(arguments: ["0,85 100,85", "0,85 100,85 200,100", "bonnet", "0,85 100;85 100,100", "nan,0 1,1 2,2"])
    func whatIsNoAreaIsNamed(text: String) {
        #expect { try IgnoredArea(text) } throws: { "\($0)".contains(text) }
    }

    @Test func plainBlackBarsAreVoidOnceThePictureIsLit() throws {
        let source = DrawnSource(640, 480, frames: 3) { number, picture in
            Self.fill(picture, 3)
            // The first frame is dark; then a road between two bars, lit less far at first.
            let rows = [0..<0, 20..<50, 10..<50][number]
            for y in rows { for x in 0..<80 * 3 { picture.bytes[y * 240 + x] = 90 } }
        }
        let (_, map) = try hiddenPixels(source, frames: 3)
        for y in 0..<60 { #expect((map.bytes[y * 80 + 7] == ClassSet.void) == !(10..<50).contains(y), "row \(y)") }
    }

    @Test func aNightIsNoBar() throws {
        let source = DrawnSource(640, 480, frames: 2) { _, picture in
            Self.fill(picture, 4)
            for x in 300..<420 { picture.bytes[40 * 240 + x % 240] = 220 }
        }
        #expect(try voidShare(hiddenPixels(source, frames: 2).1) == 0)
    }

    @Test func maskVideosShowTheFrameWithoutItsMargins() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("view-\(UUID().uuidString).mkv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // A model that sees 80×60 and says 1 everywhere, on a wide source.
        let model = PlainModel(1, width: 80, height: 60) { _ in 1 }
        let source = DrawnSource(160, 90, frames: 2) { Self.fill($1, 200) }
        let lane = OutputLane("masks", needsPicture: false, policy: .wait) { slot throws(LiveError) in
            try MaskOutput(path, classes: model.classes, first: slot)
        }
        let area = try IgnoredArea("0,90 100,90 100,100 0,100")
        let pipeline = FramePipeline(
            source: source, models: ModelSlot(model), lanes: [lane], options: .init(pace: .unpaced, ignored: [area]))
        pipeline.start()
        #expect(pipeline.wait(until: MonotonicClock.now + .seconds(60)))
        let masks = try VideoSource(path)
        let (frame, picture) = (VideoFrame(), RGBImage(width: 160, height: 90))
        #expect(try masks.read(into: frame))
        try frame.draw(into: picture)
        let value = picture.bytes[0]
        for y in 0..<80 { #expect(picture.bytes[(y * 160 + 80) * 3] == value, "row \(y)") }
        for y in 82..<90 { #expect(picture.bytes[(y * 160 + 80) * 3] == 255, "row \(y)") }
        #expect(value != 255)
    }
}
