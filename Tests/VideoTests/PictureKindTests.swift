import Foundation
import TestSupport
import Testing
import Video

/// Picture files as they come out of cameras and programs: turned, animated, of other kinds.
struct PictureKindTests {
    /// Four corners in four colours: red, lime / blue, white.
    private static let corners =
        "-f lavfi -i color=red:size=32x16 -f lavfi -i color=lime:size=32x16 -f lavfi -i color=blue:size=32x16"
        + " -f lavfi -i color=white:size=32x16 -filter_complex [0][1]hstack[a];[2][3]hstack[b];[a][b]vstack -frames:v 1"

    /// Which of the stored corners is seen at the upper left, upper right, lower left and lower right, by EXIF's number.
    private static let seen: [Int: [Int]] = [
        1: [0, 1, 2, 3], 2: [1, 0, 3, 2], 3: [3, 2, 1, 0], 4: [2, 3, 0, 1], 5: [0, 2, 1, 3], 6: [2, 0, 3, 1], 7: [3, 1, 2, 0],
        8: [1, 3, 0, 2],
    ]

    /// A TIFF block with the orientation alone.
    private func exif(_ number: Int) -> [UInt8] {
        Array("MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(number), 0, 0, 0, 0, 0, 0]
    }

    private func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }

    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return ~sum
    }

    /// The file with the block where its kind has it.
    private func turned(_ file: Data, _ ending: String, _ number: Int) -> [UInt8] {
        var bytes = [UInt8](file)
        let block = exif(number)
        let length = bigEndian(UInt32(block.count))
        switch ending {
        case "jpg":
            let segment: [UInt8] = Array("Exif\0\0".utf8) + block
            bytes.insert(contentsOf: [0xff, 0xe1, 0, UInt8(segment.count + 2)] + segment, at: 2)
        case "png":
            let chunk: [UInt8] = Array("eXIf".utf8) + block
            bytes.insert(contentsOf: length + chunk + bigEndian(checksum(chunk)), at: 33)
        default:
            bytes += Array("EXIF".utf8) + length.reversed() + block
            bytes.replaceSubrange(4..<8, with: bigEndian(UInt32(bytes.count - 8)).reversed())
        }
        return bytes
    }

    @Test(arguments: ["jpg", "png", "webp"], 1...8)
    func turnsAsEXIFSays(_ ending: String, _ number: Int) throws {
        let folder = try TestFolder()
        try folder.make("stored.\(ending)", Self.corners)
        try folder.write(turned(try folder.bytes(of: "stored.\(ending)"), ending, number), to: "turned.\(ending)")
        let image = try ImageFile.readRGB(folder.file("turned.\(ending)"))
        #expect((image.width, image.height) == (number < 5 ? (64, 32) : (32, 64)))
        let colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]
        let places = [(8, 8), (image.width - 8, 8), (8, image.height - 8), (image.width - 8, image.height - 8)]
        let found = places.map { pixel(image, $0.0, $0.1) }
        #expect(zip(found, Self.seen[number]!).allSatisfy { isNear($0, colors[$1], 30) }, "\(found)")
        // As a source it says the size that it shows.
        let info = try VideoSource(folder.file("turned.\(ending)")).info
        #expect((info.width, info.height) == (image.width, image.height))
    }

    @Test(arguments: 1...8) func labelsTurnAsTheirPicturesDo(_ number: Int) throws {
        let folder = try TestFolder()
        let stored = GrayImage(width: 64, height: 32)
        for place in stored.bytes.indices { stored.bytes[place] = UInt8(place / 64 / 16 * 2 + place % 64 / 32) }
        try ImageFile.write(stored, to: folder.file("stored.png"))
        try folder.write(turned(try folder.bytes(of: "stored.png"), "png", number), to: "turned.png")
        let labels = try ImageFile.readGray(folder.file("turned.png"))
        #expect((labels.width, labels.height) == (number < 5 ? (64, 32) : (32, 64)))
        let (right, low) = (labels.width - 1, labels.height - 1)
        let found = [(0, 0), (right, 0), (0, low), (right, low)].map { Int(labels.bytes[$0.1 * labels.width + $0.0]) }
        #expect(found == Self.seen[number])
    }

    @Test func opacityTurnsWithTheColours() throws {
        let folder = try TestFolder()
        // 4×1 pixels: the first of full alpha, the next two of none, the last of nearly all.
        let file =
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAYAAAD5PA/NAAAAGUlEQVR42mNwa9ryv8GhgYGRiZmhwaGBEQA0gwUDK4zgEAAAAABJRU5ErkJggg=="
        let stored = try #require(Data(base64Encoded: file))
        func opacity(_ number: Int) throws -> GrayImage? {
            try folder.write(turned(stored, "png", number), to: "turned.png")
            guard case .colors(_, let opacity) = try ImageFile.readLabels(folder.file("turned.png")) else { return nil }
            return opacity
        }
        let plain = try #require(try opacity(1)).bytes
        #expect(try Array(#require(try opacity(3)).bytes) == plain.reversed() && plain[0] != plain[3])
        #expect(try opacity(6)?.height == 4)
    }

    @Test func turnsATIFF() throws {
        let folder = try TestFolder()
        func entry(_ tag: UInt8, _ kind: UInt8, _ value: Int) -> [UInt8] {
            [tag, 1, kind, 0, 1, 0, 0, 0, UInt8(value & 255), UInt8(value >> 8), 0, 0]
        }
        // 16×8 gray pixels, the left half black, the right half white.
        let entries = [
            entry(0, 3, 16), entry(1, 3, 8), entry(2, 3, 8), entry(3, 3, 1), entry(6, 3, 1), entry(17, 4, 8 + 2 + 9 * 12 + 4),
            entry(18, 3, 6), entry(22, 3, 8), entry(23, 4, 128),
        ]
        let pixels = (0..<128).map { UInt8($0 % 16 < 8 ? 0 : 255) }
        try folder.write(Array("II*\0".utf8) + [8, 0, 0, 0, 9, 0] + entries.joined() + [0, 0, 0, 0] + pixels, to: "a.tif")
        let image = try ImageFile.readRGB(folder.file("a.tif"))
        #expect((image.width, image.height) == (8, 16))
        #expect(isNear(pixel(image, 4, 2), [0, 0, 0], 2) && isNear(pixel(image, 4, 13), [255, 255, 255], 2))
    }

    @Test func picturesOfAFolderMayDifferInSize() throws {
        let folder = try TestFolder()
        try folder.make("1.png", "-f lavfi -i testsrc2=size=64x32 -frames:v 1")
        try folder.make("2.png", "-f lavfi -i testsrc2=size=48x48 -frames:v 1")
        let (source, frame) = (try VideoSource(folder.path), VideoFrame())
        var sizes: [[Int]] = []
        while try source.read(into: frame) { sizes.append([frame.width, frame.height]) }
        #expect(sizes == [[64, 32], [48, 48]])
        #expect(source.notices.count == 1 && source.notices[0].contains("differ in size"))
    }

    /// Two of 2×1 gray pixels.
    private static let twoPages =
        "SUkqAAgAAAAJAAABBAABAAAAAgAAAAEBBAABAAAAAQAAAAIBAwABAAAACAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAAABEBBAABAAAAegAAABYBBAAB"
        + "AAAAAQAAABcBBAABAAAAAgAAABwBAwABAAAAAQAAAIgAAAAJCQAAAABJSSoACAAAAAkAAAEEAAEAAAACAAAAAQEEAAEAAAABAAAAAgEDAAEAAAAIAAAA"
        + "AwEDAAEAAAABAAAABgEDAAEAAAABAAAAEQEEAAEAAAD6AAAAFgEEAAEAAAABAAAAFwEEAAEAAAACAAAAHAEDAAEAAAABAAAAAAAAAAgIAAAAAA=="

    @Test func picturesBehindTheFirstOfATIFFAreSaid() throws {
        let folder = try TestFolder()
        try folder.make("one.tif", "-f lavfi -i testsrc2=size=32x16 -frames:v 1")
        var file = try #require(Data(base64Encoded: Self.twoPages))
        try folder.write(file, to: "two.tif")
        // The second is a smaller copy of the first: its first entry says so in place of its width.
        let second = try #require(file.firstRange(of: Data([9, 0, 0, 1, 4, 0]), in: 100..<file.count)).lowerBound
        file.replaceSubrange(second + 2..<second + 14, with: [0xfe, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0])
        try folder.write(file, to: "small.tif")
        for (name, isSaid) in [("one.tif", false), ("two.tif", true), ("small.tif", false)] {
            let source = try VideoSource(folder.file(name))
            #expect(try source.times().count == 1)
            #expect(source.notices.contains { $0.contains("\(name) holds 2 pictures") } == isSaid, "\(source.notices)")
        }
    }

    @Test func animatedPicturesAreVideosOrSaySo() throws {
        let folder = try TestFolder()
        try folder.make("moving.apng", "-f lavfi -i testsrc2=size=64x32:rate=10:duration=0.5 -plays 0")
        try folder.write(try folder.bytes(of: "moving.apng"), to: "moving.png")
        #expect(try VideoSource(folder.file("moving.png")).times().count == 5)
        let webP =
            Array("RIFF".utf8) + [100, 0, 0, 0] + Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 2] + [UInt8](repeating: 0, count: 83)
        try folder.write(webP, to: "moving.webp")
        let error = try #require(throws: VideoError.self) { try VideoSource(folder.file("moving.webp")) }
        #expect(error.problem.contains("animated WebP"))
    }

    @Test func photographsOfPhonesSayWhatTheyAre() throws {
        let folder = try TestFolder()
        let heif =
            [0, 0, 0, 24] + Array("ftypheic".utf8) + [0, 0, 0, 0] + Array("mif1heic".utf8) + [UInt8](repeating: 0, count: 200)
        for name in ["a.jpg", "a.heic"] {
            try folder.write(heif, to: name)
            let error = try #require(throws: VideoError.self) { try VideoSource(folder.file(name)) }
            #expect(error.problem.contains("HEIF"), "\(error)")
        }
    }
}
