import Foundation
import TestSupport
import Testing
import Video

/// Damage travels with the frames that have it, and with no others.
struct DamageTests {
    /// As cameras write what is like the picture before.
    @Test func anEmptyPacketIsNoDamage() throws {
        let folder = try TestFolder()
        try folder.make("a.mov", "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1 -c:v mjpeg")
        var bytes = try folder.bytes(of: "a.mov")
        let table = try #require(bytes.firstRange(of: Data("stsz".utf8))).upperBound + 12
        func entry(_ packet: Int) -> Range<Int> { table + 4 * packet..<table + 4 * packet + 4 }
        func size(_ packet: Int) -> UInt32 { bytes[entry(packet)].reduce(0) { $0 << 8 | UInt32($1) } }
        // Its bytes follow the picture before.
        for packet in [3, 7] {
            let both = size(packet - 1) + size(packet)
            bytes.replaceSubrange(entry(packet - 1), with: (0..<4).map { UInt8(truncatingIfNeeded: both >> (24 - 8 * $0)) })
            bytes.replaceSubrange(entry(packet), with: [0, 0, 0, 0])
        }
        let source = try VideoSource(folder.write(bytes, to: "empty.mov"))
        let times = try source.times()
        #expect(times.count == 8 && source.damaged == 0 && source.missing == 0, "\(times)")
        var whole = try VideoSource(folder.file("a.mov")).times()
        for packet in [7, 3] { whole.remove(at: packet) }
        #expect(times == whole)
    }

    private static let x264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -sc_threshold 0"

    /// The numbers of the frames that are damaged, and how many frames there are.
    private func damage(_ path: String, threads: Int = 1) throws -> (damaged: [Int], count: Int) {
        var options = VideoSource.Options()
        options.mostDecoderThreads = threads
        let (source, frame) = (try VideoSource(path, options: options), VideoFrame())
        var (damaged, count) = ([Int](), 0)
        while try source.read(into: frame) {
            if frame.isDamaged { damaged.append(frame.index) }
            count += 1
        }
        #expect(source.damaged >= damaged.count)
        return (damaged, count)
    }

    private func jpegs(_ count: Int, _ folder: TestFolder) throws -> [Data] {
        try folder.make("%02d.jpg", "-f lavfi -i testsrc2=size=160x96:rate=25 -frames:v \(count) -start_number 0")
        return try (0..<count).map { try folder.bytes(of: ($0 < 10 ? "0" : "") + "\($0).jpg") }
    }

    private func cut(_ file: Data) -> Data { file.prefix(file.count * 6 / 10) }

    @Test func picturesOfAStreamThatAreCutOff() throws {
        let folder = try TestFolder()
        let all = try jpegs(9, folder).enumerated().map { [2, 6].contains($0) ? cut($1) : $1 }
        try folder.write(all.joined(), to: "stream.mjpeg")
        let found = try damage(folder.file("stream.mjpeg"))
        #expect(found == ([2, 6], 9))
    }

    @Test func picturesOfAFolderKeepTheirPlacesAndAreNamed() throws {
        let folder = try TestFolder()
        let all = try jpegs(6, folder)
        try folder.write(cut(all[1]), to: "01.jpg")
        try folder.write([], to: "03.jpg")
        let (source, frame) = (try VideoSource(folder.path), VideoFrame())
        var seen: [[Int]] = []
        while try source.read(into: frame) { seen.append([frame.index, Int(frame.timestamp.value), frame.isDamaged ? 1 : 0]) }
        #expect(seen == [[0, 0, 0], [1, 1, 1], [2, 2, 0], [4, 4, 0], [5, 5, 0]])
        #expect(source.damaged == 2)
        #expect(source.notices.count == 2 && source.notices[0].contains("01.jpg") && source.notices[1].contains("03.jpg"))
    }

    /// Each ending's picture, cut off at 60 %, or with one byte changed.
    /// Two of fifteen pictures cannot be decoded: those after them keep their places.
    @Test func framesAfterAHoleKeepTheirPlaces() throws {
        let folder = try TestFolder()
        try folder.make("whole.mp4", "-f lavfi -i testsrc2=size=160x96:rate=10 -frames:v 15 -c:v libx264 -g 1 -pix_fmt yuv420p")
        let packets = try folder.run(
            "ffprobe", ["-v", "error", "-show_entries", "packet=pos,size", "-of", "csv=p=0", folder.file("whole.mp4")])
        var bytes = [UInt8](try folder.bytes(of: "whole.mp4"))
        for line in String(decoding: packets, as: UTF8.self).split(separator: "\n")[6...7] {
            let numbers = line.split(separator: ",").compactMap { Int($0) }
            let (size, start) = (numbers[0], numbers[1])
            for index in start..<start + size { bytes[index] = 0 }
        }
        let source = try VideoSource(folder.write(bytes, to: "hole.mp4"))
        let frame = VideoFrame()
        var places: [Int] = []
        while try source.read(into: frame) { places.append(frame.index) }
        #expect(places == [0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14])
        #expect(source.missing == 2)
    }

    /// Behind bytes that are none, readers go on where they can: Matroska's with the next cluster, AVI's with the next chunk, which it
    /// counts on as if nothing lay between.
    @Test(arguments: [("mkv", "mjpeg -cluster_time_limit 400"), ("avi", "mjpeg"), ("flv", "flv -g 1"), ("wmv", "wmv2 -g 1")])
    func whatAReaderLeavesOutIsMissing(_ ending: String, _ encoder: String) throws {
        let folder = try TestFolder()
        try folder.make("whole.\(ending)", "-f lavfi -i testsrc2=size=160x96:rate=10 -frames:v 20 -c:v \(encoder)")
        let packets = try folder.run(
            "ffprobe", ["-v", "error", "-show_entries", "packet=pos", "-of", "csv=p=0", folder.file("whole.\(ending)")])
        let starts = String(decoding: packets, as: UTF8.self).split(separator: "\n").compactMap { Int($0.prefix { $0 != "," }) }
        try #require(starts.count == 20)
        var bytes = [UInt8](try folder.bytes(of: "whole.\(ending)"))
        for index in starts[6]..<starts[8] { bytes[index] = 0 }
        let source = try VideoSource(folder.write(bytes, to: "hole.\(ending)"))
        let frame = VideoFrame()
        var places: [Int] = []
        while try source.read(into: frame) {
            places.append(frame.index)
            #expect(abs(frame.timestamp.seconds * 10 - Double(frame.index)) < 0.1)
        }
        #expect(places.last == 19 && (10...18).contains(places.count), "\(places)")
        #expect(source.missing == 20 - places.count, "\(places)")
    }

    /// Its reader gives up where no page begins for 64 KB.
    @Test func anOggIsReadOnBehindADamagedPart() throws {
        let folder = try TestFolder()
        try folder.make("whole.ogv", "-f lavfi -i testsrc2=size=320x240:rate=10 -frames:v 60 -c:v libtheora -b:v 8M -g 1")
        var bytes = [UInt8](try folder.bytes(of: "whole.ogv"))
        try #require(bytes.count > 600_000)
        for index in bytes.count / 2..<bytes.count / 2 + 150_000 { bytes[index] = 0 }
        let source = try VideoSource(folder.write(bytes, to: "hole.ogv"))
        let count = try source.times().count
        #expect(count > 40 && count < 60 && source.missing == 60 - count, "\(count), missing \(source.missing)")
    }

    /// AVI has an empty chunk for each picture that stays, and counts it.
    @Test func picturesThatStayAreNotMissingOfAnAVI() throws {
        let folder = try TestFolder()
        let kept = "-vf select=not(eq(mod(n\\,3)\\,1)) -fps_mode passthrough"
        try folder.make("a.avi", "-f lavfi -i testsrc2=size=96x64:rate=10:duration=2 \(kept) -c:v mjpeg")
        let source = try VideoSource(folder.file("a.avi"))
        #expect(try source.times() == (0..<20).filter { $0 % 3 != 1 })
        #expect(source.missing == 0 && source.damaged == 0)
    }

    @Test(arguments: ["jpg", "png", "bmp", "tif", "webp", "ppm"])
    func aPictureThatIsCutOffIsNoneToLearnFrom(_ ending: String) throws {
        let folder = try TestFolder()
        try folder.make("whole.\(ending)", "-f lavfi -i testsrc2=size=160x96 -frames:v 1")
        #expect(try damage(folder.file("whole.\(ending)")) == ([], 1))
        _ = try ImageFile.readRGB(folder.file("whole.\(ending)"))
        try folder.write(cut(try folder.bytes(of: "whole.\(ending)")), to: "cut.\(ending)")
        let error = try #require(throws: VideoError.self) { try ImageFile.readRGB(folder.file("cut.\(ending)")) }
        #expect(error.problem.contains("cut.\(ending) is damaged"))
    }

    /// Several threads decode large pictures, and complain each at their own time.
    @Test(arguments: [
        ("\(x264) -g 10 -bf 0", 1), ("\(x264) -g 10 -bf 0", 4),
        ("-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10:min-keyint=10:bframes=0", 4),
    ])
    func damageIsFoundByAnyNumberOfThreads(_ encoder: String, _ threads: Int) throws {
        let folder = try TestFolder()
        try folder.make("whole.ts", "-f lavfi -i testsrc2=size=1280x720:rate=25 -frames:v 40 \(encoder)")
        #expect(try damage(folder.file("whole.ts"), threads: threads) == ([], 40))
        var bytes = [UInt8](try folder.bytes(of: "whole.ts"))
        // Bits that are wrong, where no packet is missing: only the decoder can tell.
        let packets = stride(from: 0, to: bytes.count, by: 188).filter { bytes[$0 + 1] & 0x1f == 1 && bytes[$0 + 2] == 0 }
        let starts = packets.filter { bytes[$0 + 1] & 0x40 != 0 }
        // In the middle: the last packet may be filled up.
        let own = packets.filter { $0 > starts[13] && $0 < starts[14] }
        let hit = try #require(own.isEmpty ? nil : own[own.count / 2])
        for place in hit + 60..<hit + 100 { bytes[place] = 0x55 }
        try folder.write(bytes, to: "hit.ts")
        let found = try damage(folder.file("hit.ts"), threads: threads)
        #expect(found.damaged.contains(13), "\(found.damaged)")
        #expect(found.damaged.allSatisfy { (14 - threads...19).contains($0) }, "\(found.damaged)")
    }

    @Test func aPNGWhoseChecksumIsWrongIsDamaged() throws {
        let folder = try TestFolder()
        try folder.make("a.png", "-f lavfi -i testsrc2=size=160x96 -frames:v 1")
        var bytes = try folder.bytes(of: "a.png")
        bytes[bytes.count / 2] ^= 0x10
        try folder.write(bytes, to: "a.png")
        #expect(throws: VideoError.self) { try ImageFile.readRGB(folder.file("a.png")) }
    }

    /// A lost packet damages its frame and all up to the next key frame: here every tenth.
    @Test(arguments: [
        ("\(x264) -g 10 -bf 0", 1), ("\(x264) -g 10 -bf 2", 3),
        ("-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10:min-keyint=10:bframes=0", 1),
        ("-c:v mpeg2video -g 10 -b:v 1M", 1),
    ])
    func lostPacketsDamageUpToTheNextKeyFrame(_ encoder: String, _ before: Int) throws {
        let folder = try TestFolder()
        try folder.make("whole.ts", "-f lavfi -i testsrc2=size=320x192:rate=25 -frames:v 50 \(encoder)")
        #expect(try damage(folder.file("whole.ts")) == ([], 50))
        let whole = [UInt8](try folder.bytes(of: "whole.ts"))
        // The video's packets, and those among them in which a picture begins.
        let packets = stride(from: 0, to: whole.count, by: 188).filter { whole[$0 + 1] & 0x1f == 1 && whole[$0 + 2] == 0 }
        let starts = packets.filter { whole[$0 + 1] & 0x40 != 0 }
        try #require(starts.count == 50)
        // One from within the 24th picture.
        let lost = try #require(packets.first { $0 > starts[23] && $0 < starts[24] })
        try folder.write(whole[..<lost] + whole[(lost + 188)...], to: "lossy.ts")
        let found = try damage(folder.file("lossy.ts"))
        #expect(found.damaged.contains(23))
        #expect(found.damaged.allSatisfy { ((23 - before)...31).contains($0) }, "\(found.damaged)")
        #expect(Set(23..<29).isSubset(of: found.damaged), "what is made of it is damaged too: \(found.damaged)")
    }
}
