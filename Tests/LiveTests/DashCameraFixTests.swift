import Live
import Status
import Testing

/// What dash cameras keep in boxes of their own.
@Suite struct DashCameraFixTests {
    private func little(_ values: [Int]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    private func singles(_ values: [Float]) -> [UInt8] { little(values.map { Int($0.bitPattern) }) }

    private func double(_ value: Double) -> [UInt8] { withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }

    private func block(_ start: Int, _ parts: [UInt8]...) -> [UInt8] {
        let head: [UInt8] = [0, 0, 0x40, 0] + Array("freeGPS ".utf8)
        return head + [UInt8](repeating: 0, count: start - head.count) + parts.joined() + [UInt8](repeating: 0, count: 64)
    }

    private func fix(_ bytes: [UInt8]) -> DashCameraFix? { bytes.withUnsafeBufferPointer { DashCameraFix(block: $0) } }

    private func isNear(_ place: GeoPosition?, _ latitude: Double, _ longitude: Double) -> Bool {
        place.map { abs($0.latitude - latitude) < 1e-5 && abs($0.longitude - longitude) < 1e-5 } ?? false
    }

    private let letters = Array("ASW\0".utf8)

    @Test(arguments: [0x10, 0x30])
    func viofosBlockTellsPlaceAndTime(start: Int) throws {
        let bytes = block(start, little([5, 6, 7, 26, 3, 4]), letters, singles([4807.5, 1130.25, 10, 84.5]))
        let found = try #require(fix(bytes))
        #expect(isNear(found.position, -48.125, -11.504_166_7) && found.position.course == 84.5)
        #expect(abs((found.position.speed ?? 0) - 10 * 1852 / 3600) < 1e-4)
        #expect(found.utc == UTCTime.parse("2026-03-04T05:06:07Z"))
        for length in 0..<start + 44 { #expect(fix(Array(bytes.prefix(length))).map { isNear($0.position, -48.125, 0) } != true) }
        // Without a fix, and with hours and letters that are none.
        #expect(
            fix(block(start, little([5, 6, 7, 26, 3, 4]), Array("VSW\0".utf8), singles([4807.5, 1130.25, 10, 84.5]))) == nil)
        #expect(fix(block(start, little([25, 6, 7, 26, 3, 4]), letters, singles([4807.5, 1130.25, 10, 84.5]))) == nil)
        #expect(
            fix(block(start, little([5, 6, 7, 26, 3, 4]), Array("AXW\0".utf8), singles([4807.5, 1130.25, 10, 84.5]))) == nil)
        #expect(fix(block(start, little([5, 6, 7, 26, 3, 4]), letters, singles([.nan, 1130.25, 10, 84.5]))) == nil)
        // A year in full is of the camera's clock, and degrees may have no minutes then.
        let local = try #require(fix(block(start, little([5, 6, 7, 2026, 3, 4]), letters, singles([48.125, 11.5, 36, 84.5]))))
        #expect(isNear(local.position, -48.125, -11.5) && local.utc == nil && local.position.speed == 10)
    }

    @Test(arguments: [0x10, 0x30])
    func largerNumbersAreReadToo(start: Int) throws {
        func letter(_ text: Character) -> [UInt8] { little([Int(text.asciiValue ?? 0)]) }
        let bytes = block(
            start, little([5, 6, 7]), letter("A"), double(4807.5), letter("N"), little([0]), double(1130.25), letter("E"),
            little([0]),
            double(10), double(84.5), little([26, 3, 4]))
        let found = try #require(fix(bytes))
        #expect(isNear(found.position, 48.125, 11.504_166_7) && found.position.course == 84.5)
        #expect(found.utc == UTCTime.parse("2026-03-04T05:06:07Z"))
    }

    @Test func sentencesInABlockAreRead() throws {
        let sentence = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n"
        let found = try #require(fix(block(0x50, Array(sentence.utf8))))
        #expect(isNear(found.position, 48.1173, 11.516_666_7) && found.utc == UTCTime.parse("1994-03-23T12:35:19Z"))
        // As Thinkware writes them.
        #expect(NMEAFix(in: "gsensori,4,512,-67,-12,100;\(sentence.dropFirst())CAR,0,0".utf8)?.position == found.position)
    }

    @Test func seventyMaisBlockTellsThePlaceAlone() throws {
        var bytes = block(64)
        bytes.replaceSubrange(30..<31, with: Array("A".utf8))
        bytes.replaceSubrange(31..<39, with: little([511_513_446, -64_754_492]))
        bytes.replaceSubrange(43..<47, with: little([36]))
        bytes.replaceSubrange(51..<53, with: Array("VV".utf8))
        let found = try #require(fix(bytes))
        #expect(
            isNear(found.position, 51 + 15.134_46 / 60, -(6 + 47.544_92 / 60)) && found.position.speed == 10 && found.utc == nil)
        #expect(fix(block(64)) == nil && fix([]) == nil)
    }

    @Test func entriesOfSeventyMaisTableAreRead() {
        let entry = little([1, 1, 3, 36_000]) + Array("S".utf8) + little([4_807_500]) + Array("E".utf8) + little([1_130_250])
        let bytes = entry + [UInt8](repeating: 0, count: 10)
        let found = bytes.withUnsafeBufferPointer { DashCameraFix(entry: $0) }
        #expect(isNear(found?.position, -48.125, 11.504_166_7) && found?.position.speed == 10)
        #expect([UInt8](repeating: 0, count: 36).withUnsafeBufferPointer { DashCameraFix(entry: $0) } == nil)
    }
}
