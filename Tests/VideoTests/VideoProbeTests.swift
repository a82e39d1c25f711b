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
}
