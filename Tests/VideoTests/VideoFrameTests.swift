import Foundation
import TestSupport
import Testing
import Video

struct VideoFrameTests {
    /// Four corners in four colours: red, lime / blue, white.
    private static let corners =
        "-f lavfi -i color=red:size=64x32:duration=0.1 -f lavfi -i color=lime:size=64x32:duration=0.1"
        + " -f lavfi -i color=blue:size=64x32:duration=0.1 -f lavfi -i color=white:size=64x32:duration=0.1"
        + " -filter_complex [0][1]hstack[a];[2][3]hstack[b];[a][b]vstack"
    private static let (red, lime, blue, white) = ([255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255])

    /// The first frame of a file, drawn at a size, or at its own.
    private func draw(_ path: String, _ width: Int? = nil, _ height: Int? = nil) throws -> RGBImage {
        let (source, frame) = (try VideoSource(path), VideoFrame())
        try #require(try source.read(into: frame))
        #expect(frame.width == source.info.width && frame.height == source.info.height)
        let image = RGBImage(width: width ?? frame.width, height: height ?? frame.height)
        try frame.draw(into: image)
        return image
    }

    private func cornersOf(_ image: RGBImage) -> [[Int]] {
        let (x, y) = (image.width / 8, image.height / 8)
        return [(x, y), (image.width - 1 - x, y), (x, image.height - 1 - y), (image.width - 1 - x, image.height - 1 - y)]
            .map { pixel(image, $0.0, $0.1) }
    }

    /// The display matrix's a, b, c, d, and the corners then seen: x' = a x + c y, y' = b x + d y.
    @Test(arguments: [
        ([1, 0, 0, 1], [red, lime, blue, white]), ([0, 1, -1, 0], [blue, red, white, lime]),
        ([-1, 0, 0, -1], [white, blue, lime, red]), ([0, -1, 1, 0], [lime, white, red, blue]),
        ([-1, 0, 0, 1], [lime, red, white, blue]), ([1, 0, 0, -1], [blue, white, red, lime]),
        ([0, 1, 1, 0], [red, blue, lime, white]), ([0, -1, -1, 0], [white, lime, blue, red]),
    ])
    func turnsAsTheFileAsks(_ matrix: [Int32], _ expected: [[Int]]) throws {
        let folder = try TestFolder()
        try folder.make("upright.mp4", "\(Self.corners) -c:v libx264 -preset ultrafast -pix_fmt yuv420p")
        var bytes = try folder.bytes(of: "upright.mp4")
        // The matrix in the track's header: nine numbers, a b u c d v x y w, 40 bytes behind its name.
        let start = try #require(bytes.range(of: Data("tkhd".utf8))).upperBound + 40
        for (place, value) in zip([0, 1, 3, 4], matrix) {
            withUnsafeBytes(of: (value << 16).bigEndian) {
                bytes.replaceSubrange(start + 4 * place..<start + 4 * place + 4, with: $0)
            }
        }
        try folder.write(bytes, to: "turned.mp4")
        let image = try draw(folder.file("turned.mp4"))
        let isUpright = matrix[1] == 0
        #expect(image.width == (isUpright ? 128 : 64) && image.height == (isUpright ? 64 : 128))
        #expect(zip(cornersOf(image), expected).allSatisfy { isNear($0, $1) }, "\(cornersOf(image))")
        let small = try draw(folder.file("turned.mp4"), 37, 21)
        #expect(zip(cornersOf(small), expected).allSatisfy { isNear($0, $1) }, "\(cornersOf(small))")
        // FFmpeg's own tool turns the same way.
        try folder.make("seen.png", "-i turned.mp4 -frames:v 1")
        #expect(zip(cornersOf(try ImageFile.readRGB(folder.file("seen.png"))), expected).allSatisfy { isNear($0, $1) })
    }

    @Test(arguments: [(17, 9), (31, 40), (64, 33), (15, 15), (128, 64), (130, 66), (1, 1)])
    func fillsImagesOfAnySize(_ width: Int, _ height: Int) throws {
        let folder = try TestFolder()
        try folder.make("red.mp4", "-f lavfi -i color=red:size=128x64:duration=0.1 -c:v libx264 -pix_fmt yuv420p")
        let image = try draw(folder.file("red.mp4"), width, height)
        #expect(pixels(image).enumerated().allSatisfy { abs(Int($1) - Self.red[$0 % 3]) <= 4 })
    }

    @Test(arguments: [
        "yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p12le", "rgb24", "bgra", "gray", "gbrp", "rgb48le",
    ])
    func convertsPixelFormats(_ format: String) throws {
        let folder = try TestFolder()
        try folder.make(
            "a.nut",
            "-f lavfi -i color=0xC04020:size=34x18:duration=0.1,format=rgb24 -vf format=\(format),crop=33:17:0:0:exact=1 -c:v rawvideo"
        )
        let expected = format == "gray" ? [0x63, 0x63, 0x63] : [0xC0, 0x40, 0x20]
        for (width, height) in [(33, 17), (66, 34), (16, 9)] {
            let image = try draw(folder.file("a.nut"), width, height)
            let worst = pixels(image).enumerated().map { abs(Int($1) - expected[$0 % 3]) }.max()!
            #expect(worst <= 6, "\(width)×\(height): \(pixel(image, 0, 0))")
        }
    }

    @Test(arguments: ["bt709", "smpte170m"], ["tv", "pc"])
    func usesTheMatrixAndRangeOfTheFrame(_ matrix: String, _ range: String) throws {
        let folder = try TestFolder()
        let name = matrix == "bt709" ? "bt709" : "bt601"
        try folder.make(
            "a.mkv",
            "-f lavfi -i color=0xC04020:size=64x64:duration=0.1,format=rgb24,scale=out_color_matrix=\(name):out_range=\(range),"
                + "format=yuv444p -c:v ffv1 -colorspace \(matrix) -color_range \(range)")
        let image = try draw(folder.file("a.mkv"))
        #expect(isNear(pixel(image, 32, 32), [0xC0, 0x40, 0x20], 4), "\(pixel(image, 32, 32))")
    }

    @Test func takesOneFieldOfInterlacedPictures() throws {
        let folder = try TestFolder()
        // Two moments woven into one picture: even lines black, odd lines white.
        try folder.make(
            "comb.ts",
            "-f lavfi -i color=black:size=64x64:rate=50:duration=0.4,geq=lum='if(mod(N\\,2)\\,235\\,16)':cb=128:cr=128,interlace=lowpass=0"
                + " -c:v mpeg2video -flags +ildct+ilme -qscale 1")
        let (source, frame) = (try VideoSource(folder.file("comb.ts")), VideoFrame())
        try #require(try source.read(into: frame))
        #expect(frame.isInterlaced && frame.height == 64)
        let image = RGBImage(width: 64, height: 64)
        try frame.draw(into: image)
        let column = (0..<64).map { pixel(image, 32, $0)[0] }
        #expect(column.max()! - column.min()! < 20, "no comb")
    }

    @Test func saysThatNothingWasReadYet() {
        #expect(throws: VideoError.self) { try VideoFrame().draw(into: RGBImage(width: 8, height: 8)) }
    }
}
