import Foundation
import TestSupport
import Testing
import Video

struct ImageFileTests {
    private func colorful(_ width: Int, _ height: Int) -> RGBImage {
        let image = RGBImage(width: width, height: height)
        for index in image.bytes.indices { image.bytes[index] = UInt8(truncatingIfNeeded: index &* 7) }
        return image
    }

    private func labels(_ width: Int, _ height: Int) -> GrayImage {
        let image = GrayImage(width: width, height: height)
        for index in image.bytes.indices { image.bytes[index] = UInt8(truncatingIfNeeded: index % 13 == 12 ? 255 : index % 12) }
        return image
    }

    @Test(arguments: [(64, 32), (37, 23), (1, 1)])
    func pngComesBackExactly(_ width: Int, _ height: Int) throws {
        let folder = try TestFolder()
        try ImageFile.write(colorful(width, height), to: folder.file("a.png"))
        let image = try ImageFile.readRGB(folder.file("a.png"))
        #expect(image.width == width && image.height == height)
        #expect(pixels(image) == pixels(colorful(width, height)))
        try ImageFile.write(labels(width, height), to: folder.file("b.png"), sync: true)
        #expect(try pixels(ImageFile.readGray(folder.file("b.png"))) == pixels(labels(width, height)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.png", "b.png"])
    }

    @Test func aPaletteGivesColoursToOthersAndIndicesToUs() throws {
        let folder = try TestFolder()
        let palette: [UInt8] = (0..<12).flatMap { (value: UInt8) -> [UInt8] in [value * 20, 255 - value * 20, value] }
        try ImageFile.write(labels(37, 23), palette: palette, to: folder.file("a.png"))
        #expect(try pixels(ImageFile.readGray(folder.file("a.png"))) == pixels(labels(37, 23)))
        let seen = try ImageFile.readRGB(folder.file("a.png"))
        #expect(pixel(seen, 5, 0) == [100, 155, 5])
        #expect(pixel(seen, 12, 0) == [0, 0, 0], "beyond the palette")
        #expect(try folder.bytes(of: "a.png")[25] == 3, "the file's colour type is palette")
    }

    /// 5×6 pixels in the seven passes of Adam7: (40 · row, 50 · column, 10 or 200 in every other row).
    @Test func aPNGInPassesKeepsAllOfItsLines() throws {
        let file =
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAGCAIAAAHznvOKAAAASUlEQVR42hWIQRFAUQgCOZvEs0leCEOYxLNxNtbnwzALSAqJ0CnOULs6T/E63v"
            + "9UaH1UPOMqzkiRRTa5JGjEFNPMMt42BQ2L9QEx6SO/e/7b8wAAAABJRU5ErkJggg=="
        let folder = try TestFolder()
        try folder.write(try #require(Data(base64Encoded: file)), to: "a.png")
        let image = try ImageFile.readRGB(folder.file("a.png"))
        for row in 0..<6 {
            for column in 0..<5 {
                #expect(pixel(image, column, row) == [40 * row, 50 * column, row % 2 == 0 ? 10 : 200])
            }
        }
    }

    /// FFmpeg gives pixels for the first two that nobody has written.
    @Test(arguments: [(7, "JPEG"), (6, "JPEG"), (50000, "Zstandard")])
    func aTIFFWhoseCompressionIsNotReadSaysSo(_ compression: Int, _ name: String) throws {
        let folder = try TestFolder()
        try folder.make("a.tif", "-f lavfi -i testsrc2=size=32x16 -frames:v 1 -pix_fmt rgb24 -compression_algo raw")
        #expect(try ImageFile.readRGB(folder.file("a.tif")).width == 32)
        var file = try folder.bytes(of: "a.tif")
        let entry = try #require(file.firstRange(of: Data([3, 1, 3, 0, 1, 0, 0, 0])))
        file[entry.upperBound] = UInt8(compression & 0xff)
        file[entry.upperBound + 1] = UInt8(compression >> 8)
        try folder.write(file, to: "a.tif")
        let error = #expect(throws: VideoError.self) { try ImageFile.readRGB(folder.file("a.tif")) }
        #expect(error?.description.contains("compressed by \(name)") == true, "\(error?.description ?? "")")
    }

    @Test func labelsOfFewBitsCountFromZero() throws {
        let folder = try TestFolder()
        try folder.make("a.png", "-f lavfi -i testsrc2=size=22x10 -frames:v 1 -pix_fmt monob")
        let seen = try folder.run("ffmpeg", ["-v", "error", "-i", "a.png", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        #expect(Set(seen) == [0, 255] && seen.count == 220)
        #expect(try pixels(ImageFile.readGray(folder.file("a.png"))) == seen.map { $0 / 255 })
        // A PNG of 2×1 pixels of 4 bits, 0x3 and 0xc.
        try folder.write(try #require(Data(base64Encoded: Self.fourBits)), to: "b.png")
        #expect(try pixels(ImageFile.readGray(folder.file("b.png"))) == [3, 12])
    }

    /// Three pixels: 2 of full alpha, 0 of none, 1 of half.
    @Test func whatIsWhollyTransparentIsNoLabel() throws {
        let file = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAQAAACx6dw/AAAAD0lEQVR42mNg+s/AwNgAAAWQAYMF7c9/AAAAAElFTkSuQmCC"
        let folder = try TestFolder()
        try folder.write(try #require(Data(base64Encoded: file)), to: "a.png")
        #expect(try pixels(ImageFile.readGray(folder.file("a.png"))) == [2, 255, 1])
        guard case .indices(_, palette: nil) = try ImageFile.readLabels(folder.file("a.png")) else {
            return #expect(Bool(false), "it has no colours whose opacity there were")
        }
    }

    /// Gray of 4, of 2 and of 1 bit in which one value is transparent, as tRNS says: 1, 15, 2, 0 without 2; 1, 3, 0 and 1, 0 without 0.
    @Test func labelsOfFewBitsCountFromZeroBesideTransparency() throws {
        let four =
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABBAAAAAAZp70QAAAAAnRSTlMAApidrBQAAAALSURBVHjaY5BXAAAAYQBA8y6sWgAAAABJRU5ErkJggg=="
        let two = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABAgAAAAB0O1PJAAAAAnRSTlMAAHaTzTgAAAAKSURBVHjaYygAAAByAHGWN/yOAAAAAElFTkSuQmCC"
        let one = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQAAAADcWUInAAAAAnRSTlMAAHaTzTgAAAAKSURBVHjaY2gAAACCAIHaRQg7AAAAAElFTkSuQmCC"
        let folder = try TestFolder()
        for (file, labels) in [(four, [1, 15, 255, 0]), (two, [1, 3, 255]), (one, [1, 255])] as [(String, [UInt8])] {
            try folder.write(try #require(Data(base64Encoded: file)), to: "a.png")
            #expect(try pixels(ImageFile.readGray(folder.file("a.png"))) == labels)
        }
    }

    /// 8×8 pixels of gray, the value 2.
    @Test func aJPEGIsNoLabelImageWhateverItsName() throws {
        let file =
            "/9j/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAIAAgBAR"
            + "EA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AK9//2Q=="
        let folder = try TestFolder()
        try folder.write(try #require(Data(base64Encoded: file)), to: "a.png")
        let error = #expect(throws: VideoError.self) { try ImageFile.readLabels(folder.file("a.png")) }
        #expect(error?.problem.contains("a.png is a JPEG") == true)
        #expect(try ImageFile.readRGB(folder.file("a.png")).width == 8)
    }

    private static let fourBits = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABBAAAAAAUuc1XAAAACklEQVR4nGOwAQAAPgA9Ki4U4gAAAABJRU5ErkJggg=="

    @Test(arguments: ["rgb24", "gray16be", "rgba"])
    func refusesLabelsWithColoursOr16Bits(_ format: String) throws {
        let folder = try TestFolder()
        try folder.make("a.png", "-f lavfi -i testsrc2=size=20x10 -frames:v 1 -pix_fmt \(format)")
        let error = try #require(throws: VideoError.self) { try ImageFile.readGray(folder.file("a.png")) }
        #expect(error.problem.contains("a.png") && error.problem.contains(format))
        #expect(try ImageFile.readRGB(folder.file("a.png")).width == 20)
    }

    @Test func jpegIsCloseAndSmallerAtLowerQuality() throws {
        let folder = try TestFolder()
        try folder.make("a.png", "-f lavfi -i testsrc2=size=160x90 -frames:v 1")
        let image = try ImageFile.readRGB(folder.file("a.png"))
        try ImageFile.write(image, to: folder.file("good.jpg"), quality: 95)
        try ImageFile.write(image, to: folder.file("poor.jpeg"), quality: 30)
        #expect(try folder.bytes(of: "poor.jpeg").count < folder.bytes(of: "good.jpg").count)
        let seen = try ImageFile.readRGB(folder.file("good.jpg"))
        let error = zip(image.bytes, seen.bytes).map { abs(Int($0) - Int($1)) }.reduce(0, +) / image.bytes.count
        #expect(error < 8)
        for index in image.bytes.indices { image.bytes[index] = [200, 40, 90][index % 3] }
        try ImageFile.write(image, to: folder.file("flat.jpg"))
        #expect(isNear(pixel(try ImageFile.readRGB(folder.file("flat.jpg")), 80, 45), [200, 40, 90], 3))
    }

    @Test func damagedPicturesAreErrorsThatNameTheFile() throws {
        let folder = try TestFolder()
        try ImageFile.write(colorful(64, 64), to: folder.file("a.png"))
        let whole = try folder.bytes(of: "a.png")
        var lying = whole
        lying.replaceSubrange(16..<24, with: [0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])
        var large = whole
        large.replaceSubrange(16..<24, with: [0, 0, 0x60, 0, 0, 0, 0x60, 0])
        for (name, bytes) in [
            ("empty", Data()), ("text", Data("hello".utf8)), ("lying", lying), ("large", large), ("head", whole.prefix(30)),
        ] {
            try folder.write(bytes, to: name + ".png")
            let error = try #require(throws: VideoError.self, "\(name)") { try ImageFile.readRGB(folder.file(name + ".png")) }
            #expect(error.problem.contains(name))
            #expect(throws: VideoError.self) { try ImageFile.readGray(folder.file(name + ".png")) }
        }
        #expect(throws: VideoError.self) { try ImageFile.readRGB(folder.path) }
        #expect(throws: VideoError.self) { try ImageFile.readRGB(folder.file("missing.png")) }
        #expect(throws: VideoError.self) { try ImageFile.readRGB("/dev/zero") }
    }

    @Test func refusesWhatCannotBeWritten() throws {
        let folder = try TestFolder()
        #expect(throws: VideoError.self) { try ImageFile.write(colorful(4, 4), to: folder.file("a.bmp")) }
        #expect(throws: VideoError.self) { try ImageFile.write(labels(4, 4), to: folder.file("a.jpg")) }
        #expect(throws: VideoError.self) { try ImageFile.write(colorful(4, 4), to: folder.file("none/a.png")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
}
