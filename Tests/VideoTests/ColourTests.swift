import Foundation
import TestSupport
import Testing
import Video

/// HDR and wide colours are shown as an ordinary screen would.
struct ColourTests {
    /// A flat 10-bit picture with these code values and this description.
    private func flat(_ code: [Int], _ primaries: String, _ curve: String, _ matrix: String) throws -> [Int] {
        let folder = try TestFolder()
        try folder.make(
            "flat.mkv",
            "-f lavfi -i nullsrc=size=64x48:rate=25:duration=0.04 -vf "
                + "format=yuv420p10le,geq=lum=\(code[0]):cb=\(code[1]):cr=\(code[2]),"
                + "setparams=range=tv:color_primaries=\(primaries):color_trc=\(curve):colorspace=\(matrix) -c:v ffv1")
        let (source, frame, image) = (try VideoSource(folder.file("flat.mkv")), VideoFrame(), RGBImage(width: 64, height: 48))
        try #require(try source.read(into: frame))
        try frame.draw(into: image)
        return pixel(image, 32, 24)
    }

    /// Gray light in cd/m² as PQ and HLG code it in 10 bits; 100 is an ordinary screen's white.
    @Test(arguments: [
        ("smpte2084", 328, 10.0), ("smpte2084", 509, 100), ("smpte2084", 722, 1000), ("arib-std-b67", 616, 100),
        ("arib-std-b67", 284, 10),
    ])
    func lightBecomesAnOrdinaryScreensCode(_ curve: String, _ code: Int, _ light: Double) throws {
        let seen = try flat([code, 512, 512], "bt2020", curve, "bt2020nc")
        let plain = pow(light / 100, 1 / 2.4)
        let expected = plain <= 0.8 ? plain : 0.8 + 0.2 * (1 - exp((0.8 - plain) / 0.2))
        #expect(isNear(seen, [Int](repeating: Int((expected * 255).rounded()), count: 3), 4), "\(seen), \(expected * 255)")
    }

    @Test func coloursOfBT2020BecomeThoseOfBT709() throws {
        // BT.709's red in BT.2020's primaries.
        let red = try flat([458, 384, 739], "bt2020", "bt2020-10", "bt2020nc")
        #expect(isNear(red, [255, 0, 0], 40), "\(red)")
        let gray = try flat([502, 512, 512], "bt2020", "bt2020-10", "bt2020nc")
        #expect(isNear(gray, [128, 128, 128], 3), "\(gray)")
    }

    /// No matrix of the scaler's makes red of both colours.
    @Test(arguments: [("ycgco", true), ("ictcp", true), ("bt709", false), ("smpte170m", false), ("bt2020nc", false)])
    func coloursThatAreNotReadAreSaid(_ matrix: String, _ isSaid: Bool) throws {
        let folder = try TestFolder()
        try folder.make(
            "a.mkv",
            "-f lavfi -i testsrc2=size=64x48 -frames:v 1 -vf format=yuv444p,setparams=colorspace=\(matrix) -c:v ffv1")
        let notices = try VideoSource(folder.file("a.mkv")).notices
        #expect(notices.contains { $0.contains("its colours as '\(matrix)'") } == isSaid, "\(notices)")
    }

    @Test func ordinaryPicturesStayAsTheyAre() throws {
        for curve in ["bt709", "unknown"] {
            let gray = try flat([502, 512, 512], "bt709", curve, "bt709")
            #expect(isNear(gray, [128, 128, 128], 2), "\(gray)")
        }
    }
}
