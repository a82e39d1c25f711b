import RoadScenes
import Testing
import Video

@Suite struct NearestScaleTests {
    private func map(_ width: Int, _ height: Int) -> GrayImage {
        let map = GrayImage(width: width, height: height)
        for index in map.bytes.indices { map.bytes[index] = UInt8(index % 251) }
        return map
    }

    @Test func theSameSizeIsACopy() {
        let (source, target) = (map(13, 7), GrayImage(width: 13, height: 7))
        NearestScale(from: (13, 7), to: (13, 7)).draw(source, into: target)
        #expect(Array(target.bytes) == Array(source.bytes))
    }

    @Test(arguments: [(26, 14), (39, 21), (20, 9), (5, 3), (13, 14), (26, 7)])
    func everyPixelTakesTheOneUnderItsCentre(width: Int, height: Int) {
        let (source, target) = (map(13, 7), GrayImage(width: width, height: height))
        NearestScale(from: (13, 7), to: (width, height)).draw(source, into: target)
        for y in 0..<height {
            for x in 0..<width {
                let column = Int((Double(x) + 0.5) * 13 / Double(width))
                let row = Int((Double(y) + 0.5) * 7 / Double(height))
                #expect(target.bytes[y * width + x] == source.bytes[row * 13 + column])
            }
        }
    }
}
