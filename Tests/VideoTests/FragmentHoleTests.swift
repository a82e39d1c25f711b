import Foundation
import TestSupport
import Testing
import Video

/// MP4s of fragments of which a card has lost a stretch.
struct FragmentHoleTests {
    /// Four fragments of five pictures; with `damage`, which gets where each begins.
    private func source(
        _ folder: TestFolder, _ options: String = "frag_keyframe+empty_moov", _ damage: (inout Data, [Int]) -> Void
    ) throws -> VideoSource {
        try folder.make(
            "a.mp4",
            "-f lavfi -i testsrc2=size=96x64:rate=10 -frames:v 20 -c:v libx264 -preset ultrafast -g 5 -pix_fmt yuv420p -movflags \(options)"
        )
        var bytes = try folder.bytes(of: "a.mp4")
        var (starts, from): ([Int], Int) = ([], 0)
        while let place = bytes[from...].firstRange(of: Data("moof".utf8)) {
            starts.append(place.lowerBound - 4)
            from = place.upperBound
        }
        try #require(starts.count == 4)
        damage(&bytes, starts)
        return try VideoSource(folder.write(bytes, to: "b.mp4"))
    }

    @Test(arguments: ["frag_keyframe+empty_moov", "frag_keyframe+empty_moov+default_base_moof+dash"])
    func whatLiesBehindAHoleIsRead(_ options: String) throws {
        let source = try source(TestFolder(), options) { $0.replaceSubrange($1[1]..<$1[2], with: Data(count: $1[2] - $1[1])) }
        let seconds = try source.times().map { Double($0) * source.info.timeBase.value }
        #expect(seconds.count == 15 && source.missing == 5 && source.damaged == 5)
        #expect(abs(seconds[5] - 1) < 0.01 && abs(seconds[14] - 1.9) < 0.01, "\(seconds)")
    }

    /// From within the pictures of one to within the head of the next, with bytes that are no zeros.
    @Test func aHoleMayBeginAndEndAnywhere() throws {
        let source = try source(TestFolder()) { bytes, starts in
            for place in starts[2] - 40..<starts[2] + 60 { bytes[place] = UInt8(truncatingIfNeeded: place &* 37) }
        }
        let count = try source.times().count
        #expect((13...15).contains(count) && (5...7).contains(source.missing), "\(count), \(source.missing)")
    }

    /// The head of a fragment is whole, and nothing is in it.
    @Test func anEmptyFragmentIsAHole() throws {
        let source = try source(TestFolder()) { $0.replaceSubrange($1[1] + 8..<$1[1] + 100, with: Data(count: 92)) }
        #expect(try source.times().count == 15)
        #expect(source.missing == 5)
    }

    @Test func wholeOnesHaveNone() throws {
        let source = try source(TestFolder()) { bytes, _ in bytes += Data(count: 5000) }
        #expect(try source.times().count == 20)
        #expect(source.missing == 0 && source.damaged == 0)
    }
}
