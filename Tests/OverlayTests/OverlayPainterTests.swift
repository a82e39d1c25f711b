import Overlay
import RoadScenes
import Testing
import Video

@Suite struct OverlayPainterTests {
    private let picture = RGBImage(width: 640, height: 360)
    private let target = RGBImage(width: 640, height: 360)
    private let classMap = GrayImage(width: 480, height: 360)
    @Test func whatIsUncertainIsHatched() {
        let painter = OverlayPainter(classes: .camvid, map: (480, 360), picture: (640, 480))
        let (picture, map) = (RGBImage(width: 640, height: 480), GrayImage(width: 480, height: 360))
        let confidence = GrayImage(width: 480, height: 360, filledWith: 250)
        // The right half; its lower part is void.
        for pixel in confidence.bytes.indices where pixel % 480 >= 240 {
            confidence.bytes[pixel] = 100
            if pixel / 480 >= 300 { map.bytes[pixel] = ClassSet.void }
        }
        let (plain, hatched) = (RGBImage(width: 640, height: 480), RGBImage(width: 640, height: 480))
        painter.paint(picture, map, into: plain)
        painter.paint(picture, map, confidence: confidence, into: hatched)
        let changed = (0..<640 * 480).filter { plain.bytes[$0 * 3] != hatched.bytes[$0 * 3] }
        #expect(changed.allSatisfy { $0 % 640 >= 320 && $0 / 640 < 400 })
        let share = Double(changed.count) / Double(320 * 400)
        #expect((0.05...0.3).contains(share), "\(share)")
    }

    private let painter = OverlayPainter(classes: .camvid, map: (480, 360), picture: (640, 360))

    private func pixel(_ x: Int, _ y: Int) -> [Int] {
        (0..<3).map { Int(target.bytes[(y * 640 + x) * 3 + $0]) }
    }

    @Test func everyPixelIsMixedWithItsClassesColour() {
        picture.bytes.fill(with: 100)
        for index in classMap.bytes.indices { classMap.bytes[index] = index % 480 < 240 ? 0 : 3 }
        painter.paint(picture, classMap, into: target)
        for (x, index) in [(10, 0), (319, 0), (320, 3), (630, 3)] {
            let color = ClassSet.camvid.shown.members[index].color.map(Int.init)
            for channel in 0..<3 {
                #expect(abs(pixel(x, 100)[channel] - (100 * 138 + color[channel] * 118) / 256) <= 1)
            }
        }
    }

    @Test func theLegendShowsEveryClassesColour() {
        painter.paint(picture, classMap, into: target)
        let lowest = (300..<360).flatMap { y in (0..<640).map { pixel($0, y) } }
        for member in ClassSet.camvid.shown.members { #expect(lowest.contains(member.color.map(Int.init))) }
    }

    @Test func camvidsClassesAreToldApartAtAGlance() {
        let colors = ClassSet.camvid.shown.members.map { $0.color.map(Int.init) }
        for (index, color) in colors.enumerated() {
            for other in colors[..<index] {
                let distance = zip(color, other).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
                #expect(distance > 80 * 80, "\(color) and \(other)")
            }
        }
        #expect(ClassSet.camvid.shown.names == ClassSet.camvid.names)
        let mine = ClassSet([.init("road", 1, 2, 3), .init("tram", 128, 64, 128)])
        #expect(mine.shown == mine, "whoever has chosen colours sees those")
    }

    @Test func textIsBrightOnDark() {
        painter.paint(picture, classMap, into: target, text: "frame 12")
        let corner = (0..<18).flatMap { y in (0..<60).map { pixel($0, y)[0] } }
        #expect(corner.max()! > 200)
        #expect(corner.min()! < 60)
    }

    @Test(arguments: [(1, 1), (16, 16), (97, 33), (1920, 1080)])
    func anySizeCanBePainted(width: Int, height: Int) {
        let (picture, target) = (RGBImage(width: width, height: height), RGBImage(width: width, height: height))
        OverlayPainter(classes: .cityscapes, map: (480, 360), picture: (width, height))
            .paint(picture, classMap, into: target, text: "frame 1   0:00.0   30.0 fps")
        #expect(target.bytes.contains { $0 > 0 })
    }
}
