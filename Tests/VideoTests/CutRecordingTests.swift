import Foundation
import TestSupport
import Testing
import Video

/// Recordings that end before their header says, and some that only seem to.
struct CutRecordingTests {
    private static let picture = "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1"
    private static let x264 = "-c:v libx264 -preset ultrafast -g 5 -pix_fmt yuv420p"

    private func cut(_ name: String, in folder: TestFolder) throws -> String {
        let bytes = try folder.bytes(of: name)
        return try folder.write(bytes.prefix(bytes.count * 6 / 10), to: "cut-\(name)")
    }

    @Test(arguments: [("a.avi", "-c:v mjpeg"), ("b.avi", x264), ("a.flv", x264), ("a.ivf", "-c:v libvpx -cpu-used 8")])
    func whatIsCutOffIsMissing(_ name: String, _ encoder: String) throws {
        let folder = try TestFolder()
        try folder.make(name, "\(Self.picture) \(encoder)")
        let whole = try VideoSource(folder.file(name))
        #expect(try whole.times().count == 10)
        #expect(whole.missing == 0 && whole.damaged == 0)
        let part = try VideoSource(cut(name, in: folder))
        let count = try part.times().count
        #expect((4...8).contains(count) && (2...6).contains(part.missing) && part.damaged >= part.missing, "\(count)")
    }

    /// Their headers say how long the video is. Only where more than two seconds are gone, nothing but a loss is left.
    @Test(arguments: [("a.mxf", "-c:v mpeg2video -b:v 1M"), ("a.rm", "-c:v rv10"), ("a.wmv", "-c:v wmv2")])
    func whatAHeaderPromisesIsMissing(_ name: String, _ encoder: String) throws {
        let folder = try TestFolder()
        try folder.make(name, "-f lavfi -i testsrc2=size=176x144:rate=25:duration=6 \(encoder)")
        let whole = try VideoSource(folder.file(name))
        #expect(try whole.times().count == 150)
        #expect(whole.missing == 0 && whole.damaged == 0)
        let part = try VideoSource(cut(name, in: folder))
        let count = try part.times().count
        #expect((50...100).contains(count) && abs(count + part.missing - 150) <= 2, "\(count), \(part.missing)")
    }

    /// FFmpeg calls the end of most an error; that of very short ones it does not.
    @Test func aWholeGXFIsNotDamaged() throws {
        let folder = try TestFolder()
        try folder.make("a.gxf", "-f lavfi -i testsrc2=size=720x576:rate=25:duration=2 -c:v mpeg2video -b:v 1M")
        let whole = try VideoSource(folder.file("a.gxf"))
        #expect(try whole.times().count == 50)
        #expect(whole.missing == 0 && whole.damaged == 0)
    }

    /// Sound that goes on after the pictures is no loss.
    @Test func soundMayBeLonger() throws {
        let folder = try TestFolder()
        try folder.make("a.flv", "\(Self.picture) -f lavfi -i sine=duration=5 \(Self.x264) -c:a pcm_s16le -ar 44100")
        let source = try VideoSource(folder.file("a.flv"))
        #expect(try source.times().count == 10)
        #expect(source.missing == 0)
    }

    /// Who writes to a pipe cannot go back to say how much there is.
    @Test func aPlaceholderPromisesNothing() throws {
        let folder = try TestFolder()
        let arguments = "-v error \(Self.picture) -c:v mjpeg -f avi -".split(separator: " ").map(String.init)
        try folder.write(try folder.run("ffmpeg", arguments), to: "a.avi")
        let source = try VideoSource(cut("a.avi", in: folder))
        #expect(try source.times().count > 3)
        #expect(source.missing == 0)
    }

    /// What a recorder leaves that lost its power: no length, and half a frame at the end.
    @Test func aMatroskaWithoutALengthIsMissingWhatIsCutOff() throws {
        let folder = try TestFolder()
        let arguments = "-v error \(Self.picture) \(Self.x264) -f matroska -".split(separator: " ").map(String.init)
        try folder.write(try folder.run("ffmpeg", arguments), to: "a.mkv")
        let whole = try VideoSource(folder.file("a.mkv"))
        #expect(try whole.times().count == 10)
        #expect(whole.missing == 0 && whole.damaged == 0)
        let part = try VideoSource(cut("a.mkv", in: folder))
        let count = try part.times().count
        #expect((1...9).contains(count) && part.missing == 1 && part.damaged >= 1)
    }

    @Test func anIVFFromAPipePromisesNothing() throws {
        let folder = try TestFolder()
        let arguments = "-v error \(Self.picture) -c:v libvpx -cpu-used 8 -f ivf -".split(separator: " ").map(String.init)
        try folder.write(try folder.run("ffmpeg", arguments), to: "a.ivf")
        let source = try VideoSource(folder.file("a.ivf"))
        #expect(source.info.frameCount == nil)
        #expect(try source.times().count == 10)
        #expect(source.missing == 0 && source.damaged == 0)
    }

    /// Its length was never declared, so that the end of the connection is the end of the recording.
    @Test(arguments: ["a.ts", "a.mkv", "a.flv", "a.mp4"])
    func aConnectionThatIsClosedInOrderEndsARecording(_ name: String) throws {
        let folder = try TestFolder()
        try folder.make(name, "\(Self.picture) \(Self.x264) -bf 2\(name == "a.mp4" ? " -movflags faststart" : "")")
        let server = try PlainWebServer(folder)
        let source = try VideoSource(server.address + name)
        #expect(try source.times().count == 10)
        #expect(source.missing == 0 && source.damaged == 0)
        guard name != "a.ts" else { return }
        let part = try VideoSource(server.address + "cut/" + name)
        let error = try #require(throws: VideoError.self) { try part.times() }
        #expect(error.problem.contains("before its end"))
    }

    /// Its reader says that it ended, so that the last picture does not just stand for a while.
    @Test func aMatroskaWithALengthIsMissingWhatIsCutOff() throws {
        let folder = try TestFolder()
        try folder.make("a.mkv", "\(Self.picture) \(Self.x264)")
        let whole = try VideoSource(folder.file("a.mkv"))
        #expect(try whole.times().count == 10)
        #expect(whole.missing == 0 && whole.damaged == 0)
        let part = try VideoSource(cut("a.mkv", in: folder))
        let count = try part.times().count
        #expect((3...8).contains(count) && count + part.missing == 10, "\(count), \(part.missing)")
    }

    /// Neither a length nor a table tells, but their last bytes do.
    @Test(arguments: [
        ("a.y4m", "-pix_fmt yuv420p"), ("a.gif", ""), ("a.apng", "-f apng"), ("a.ts", x264), ("a.m2ts", x264),
    ])
    func whatEndsWithinAPictureIsMissing(_ name: String, _ encoder: String) throws {
        let folder = try TestFolder()
        try folder.make(name, "\(Self.picture) \(encoder)")
        let whole = try VideoSource(folder.file(name))
        #expect(try whole.times().count == 10)
        #expect(whole.missing == 0 && whole.damaged == 0)
        let bytes = try folder.bytes(of: name)
        let end = name.hasSuffix("ts") ? bytes.count / 192 * 120 - 50 : bytes.count * 6 / 10
        let part = try VideoSource(folder.write(bytes.prefix(end), to: "cut-\(name)"))
        let count = try part.times().count
        #expect((2...8).contains(count) && part.missing >= 1 && part.damaged >= part.missing, "\(count), \(part.missing)")
    }

    /// Some cameras fill up the last of a disk's blocks.
    @Test func whatFollowsTheLastPacketIsNotMissing() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "\(Self.picture) \(Self.x264)")
        let source = try VideoSource(folder.write(folder.bytes(of: "a.ts") + Data(count: 100), to: "b.ts"))
        #expect(try source.times().count == 10)
        #expect(source.missing == 0)
    }
}
