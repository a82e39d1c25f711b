import Foundation
import TestSupport
import Testing
import Video

/// A source's own packets, from the ring into a file.
@Suite struct PacketFileTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private static let pictures = "-f lavfi -i testsrc2=size=320x240:rate=10"

    /// Reads a source to its end, as often as it is named.
    private func ring(_ sources: [String], seconds: Double = 100, bytes: Int = 50_000_000) throws -> PacketRing {
        let ring = PacketRing(seconds: seconds, bytes: bytes)
        var options = VideoSource.Options()
        options.tap = PacketTap([ring])
        for source in sources { _ = try VideoSource(source, options: options).times() }
        return ring
    }

    /// Writes what the ring holds of the last seconds.
    @discardableResult
    private func write(_ ring: PacketRing, last seconds: Double, to name: String) throws -> PacketFile {
        let packets = ring.packets(from: ring.start(before: ring.latest - seconds), atMost: .max)
        let first = try #require(packets.first)
        let file = try PacketFile(PacketFile.path(folder.file(name), for: first), first: first, created: 1_800_000_000)
        for packet in packets.dropFirst() {
            #expect(file.takes(packet))
            try file.append(packet)
        }
        try file.close()
        return file
    }

    /// A checksum of every packet's bytes, in the order of decoding.
    private func checksums(_ name: String) throws -> [String] {
        let text = try folder.run("ffmpeg", ["-v", "error", "-i", name, "-map", "0:v:0", "-c", "copy", "-f", "framemd5", "-"])
        return String(decoding: text, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
            $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// A checksum of every decoded picture, in the order of display; fails where FFmpeg complains of anything.
    private func pictures(_ name: String) throws -> [String] {
        let text = try folder.run("sh", ["-c", "ffmpeg -v warning -xerror -i \(name) -f framemd5 - 2>&1"])
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        return lines.filter { !$0.hasPrefix("#") }.map { $0.split(separator: ",").last!.trimmingCharacters(in: .whitespaces) }
    }

    private func times(_ name: String) throws -> [Double] {
        let text = try folder.run(
            "ffprobe", ["-v", "error", "-show_entries", "frame=pts_time", "-of", "csv=p=0", name])
        return String(decoding: text, as: UTF8.self).split(whereSeparator: { ",\n".contains($0) }).compactMap { Double($0) }
    }

    @Test(arguments: [
        ("a.mp4", "-c:v libx264 -g 10 -bf 2", "e.mp4"), ("a.mkv", "-c:v libx264 -g 10 -bf 2", "e.mkv"),
        ("b.mp4", "-c:v mpeg4 -g 10", "e.mp4"), ("c.avi", "-c:v mjpeg", "e.mp4"),
    ])
    func theFileHoldsTheSourcesOwnPacketsFromAKeyFrameOn(source: String, codec: String, name: String) throws {
        try folder.make(source, Self.pictures + " -frames:v 95 -pix_fmt yuvj420p " + codec)
        let file = try write(try ring([folder.file(source)]), last: 3, to: name)
        #expect(file.path == folder.file(name))
        let (own, kept) = (try checksums(source), try checksums(name))
        #expect(kept == Array(own.suffix(kept.count)))
        // Three seconds, and what lies between them and the key frame before.
        #expect((30...41).contains(kept.count), "\(kept.count)")
        let shown = try pictures(name)
        #expect(shown == Array(try pictures(source).suffix(kept.count)))
        let steps = zip(try times(name).dropFirst(), try times(name)).map { $0 - $1 }
        #expect(steps.count == kept.count - 1 && steps.allSatisfy { abs($0 - 0.1) < 0.002 }, "\(steps)")
    }

    @Test func aTransportStreamsPacketsPlayAsMP4() throws {
        try folder.make("a.ts", Self.pictures + " -frames:v 60 -c:v libx264 -g 10 -bf 2 -pix_fmt yuv420p")
        try write(try ring([folder.file("a.ts")]), last: 2, to: "e.mp4")
        let (own, shown) = (try pictures("a.ts"), try pictures("e.mp4"))
        #expect(shown.count >= 20 && shown == Array(own.suffix(shown.count)), "\(shown.count)")
    }

    @Test func whatDoesNotFitMP4GoesToMatroska() throws {
        try folder.make("a.mkv", Self.pictures + " -frames:v 20 -c:v ffv1 -g 1 -pix_fmt yuv420p")
        let file = try write(try ring([folder.file("a.mkv")]), last: 1, to: "e.mp4")
        #expect(file.path == folder.file("e.mkv"))
        #expect(try checksums("e.mkv") == Array(try checksums("a.mkv").suffix(11)))
    }

    @Test func aSourceThatIsOpenedAnewGoesOnInTheSameFile() throws {
        try folder.make("a.mp4", Self.pictures + " -frames:v 30 -c:v libx264 -g 10 -bf 2 -pix_fmt yuv420p")
        try write(try ring([folder.file("a.mp4"), folder.file("a.mp4")]), last: 100, to: "e.mp4")
        #expect(try checksums("e.mp4") == (try checksums("a.mp4")) + (try checksums("a.mp4")))
        let times = try times("e.mp4")
        #expect(times.count == 60 && zip(times.dropFirst(), times).allSatisfy { $0 > $1 }, "\(times)")
    }

    @Test func anotherSizeIsAnotherFile() throws {
        try folder.make("a.mp4", Self.pictures + " -frames:v 10 -c:v libx264 -pix_fmt yuv420p")
        try folder.make("b.mp4", "-f lavfi -i testsrc2=size=160x120:rate=10 -frames:v 10 -c:v libx264 -pix_fmt yuv420p")
        let packets = try ring([folder.file("a.mp4"), folder.file("b.mp4")]).packets(from: 0, atMost: .max)
        let file = try PacketFile(folder.file("e.mp4"), first: packets[0], created: 0)
        #expect(packets.map { file.takes($0) } == Array(repeating: true, count: 10) + Array(repeating: false, count: 10))
        #expect(packets.map(\.number) == Array(0..<20))
    }

    @Test func theRingHoldsNoMoreThanItsSecondsAndItsBytes() throws {
        try folder.make("a.mp4", Self.pictures + " -frames:v 200 -c:v libx264 -g 10 -bf 0 -pix_fmt yuv420p")
        // Five more are for who reads them.
        let long = try ring([folder.file("a.mp4")], seconds: 5)
        #expect((10...11.1).contains(long.held.seconds) && long.shortage == nil, "\(long.held)")
        let short = try ring([folder.file("a.mp4")], seconds: 5, bytes: long.held.bytes / 4)
        #expect(short.held.bytes <= long.held.bytes / 4 && (0.9...4).contains(short.held.seconds), "\(short.held)")
        #expect(try #require(short.shortage) < 5)
        try write(short, last: 5, to: "e.mp4")
        let kept = try checksums("e.mp4")
        let own = try checksums("a.mp4")
        #expect(kept == Array(own.suffix(kept.count)) && kept.count >= 10)
        // Less than what lies between two key frames: what comes now still passes through it.
        let tiny = try ring([folder.file("a.mp4")], seconds: 5, bytes: 4000)
        #expect(tiny.held.bytes <= 4000)
        #expect(tiny.packets(from: 0, atMost: .max).last?.number == 199)
    }

    @Test func picturesOfACameraForBrowsersAreKeptAsTheyCame() throws {
        try folder.make("%02d.jpg", "-f lavfi -i testsrc2=size=96x64:rate=25 -frames:v 8 -start_number 0")
        let camera = try MJPEGCamera(folder)
        let ring = PacketRing(seconds: 100, bytes: 1_000_000)
        var options = VideoSource.Options()
        options.tap = PacketTap([ring])
        let (source, frame) = (try VideoSource(camera.address + "plain", options: options), VideoFrame())
        for _ in 0..<9 { try #require(try source.read(into: frame)) }
        try write(ring, last: 100, to: "e.mp4")
        // The first picture told what comes; the next eight are there, each as large as its file.
        let sizes = String(
            decoding: try folder.run("ffprobe", ["-v", "error", "-show_entries", "packet=size", "-of", "csv=p=0", "e.mp4"]),
            as: UTF8.self
        ).split(whereSeparator: { ",\n".contains($0) }).compactMap { Int($0) }
        #expect(sizes == (try (1...8).map { try folder.bytes(of: "0\($0 % 8).jpg").count }), "\(sizes)")
        #expect(try checksums("e.mp4").count == 8)
    }

    @Test func whatHasNoPacketsSaysSo() throws {
        try folder.make("a.y4m", Self.pictures + " -frames:v 3 -pix_fmt yuv420p")
        #expect(try ring([folder.file("a.y4m")]).refusal?.contains("raw pictures") == true)
        try folder.make("a.png", Self.pictures + " -frames:v 1")
        #expect(try ring([folder.file("a.png")]).refusal?.contains("no video") == true)
    }

    @Test func aFileThatWasNotClosedPlaysUnderItsTemporaryName() throws {
        try folder.make("a.mp4", Self.pictures + " -frames:v 100 -c:v libx264 -g 10 -pix_fmt yuv420p")
        for name in ["e.mp4", "e.mkv"] {
            let packets = try ring([folder.file("a.mp4")]).packets(from: 0, atMost: .max)
            let file = try PacketFile(folder.file(name), first: packets[0], created: 1_800_000_000)
            for packet in packets.dropFirst() { try file.append(packet) }
            let partial = PartialFile.path(for: name)
            let copy = "copy-" + name
            try FileManager.default.copyItem(atPath: folder.file(partial), toPath: folder.file(copy))
            #expect(try checksums(copy).count >= 85)
            #expect(!FileManager.default.fileExists(atPath: folder.file(name)))
            try file.close()
            #expect(try checksums(name).count == 100)
        }
    }
}
