import Foundation
import TestSupport
import Testing
import Video

struct VideoProbeTests {
    @Test(arguments: ["mpegts", "mp4", "matroska", "avi", "flv", "asf", "mpeg"])
    func videosAreKnownByTheirContent(container: String) throws {
        let folder = try TestFolder()
        let codec = ["flv": "libx264", "mpeg": "mpeg2video"][container] ?? "mpeg4"
        try folder.make("recording.xyz", "-f lavfi -i testsrc2=size=160x120:rate=25:duration=1 -c:v \(codec) -f \(container)")
        #expect(VideoProbe.isVideo(folder.file("recording.xyz")))
    }

    @Test func otherFilesAreNot() throws {
        let folder = try TestFolder()
        try folder.make("p.png", "-f lavfi -i testsrc2=size=64x48 -frames:v 1")
        try folder.make("g.gif", "-f lavfi -i testsrc2=size=64x48:rate=5:duration=1")
        try folder.write(Array("This is a text about a drive, with nothing in it.\n".utf8), to: "notes")
        try folder.write(Array("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n".utf8), to: "list")
        try folder.write([], to: "empty")
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        for name in ["p.png", "g.gif", "notes", "list", "empty", "pipe", "none"] {
            #expect(!VideoProbe.isVideo(folder.file(name)), "\(name)")
        }
    }

    /// FFmpeg would find the video in it.
    @Test func whatAnArchiveHoldsIsNotReadOutOfIt() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1 -c:v mpeg2video")
        try folder.run("tar", ["cf", folder.file("card.tar"), "-C", folder.path, "a.ts"])
        let zip = [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 30)
        try folder.write(Data(zip) + folder.bytes(of: "a.ts"), to: "card.zip")
        for (name, kind) in [("card.tar", "a tar archive"), ("card.zip", "a zip archive")] {
            #expect(!VideoProbe.isVideo(folder.file(name)))
            let error = #expect(throws: VideoError.self) { try VideoSource(folder.file(name)) }
            #expect(error?.problem.contains(kind) == true, "\(error?.description ?? "")")
        }
    }
}
