import Foundation
import Glibc
import TestSupport
import Testing
import Video

/// What cannot be read says what it is, and what to do.
struct UnreadableFileTests {
    private static let video = "-f lavfi -i testsrc2=size=96x64:duration=1 -c:v libx264 -preset ultrafast"

    private func problem(_ path: String) throws -> String {
        try #require(throws: VideoError.self) { try VideoSource(path).times() }.description
    }

    @Test func aRecordingThatAPowerCutEndedHasNoIndex() throws {
        let folder = try TestFolder()
        try folder.make("whole.mp4", Self.video)
        let whole = try folder.bytes(of: "whole.mp4")
        try folder.write(whole.prefix(whole.count * 7 / 10), to: "cut.mp4")
        let cut = try problem(folder.file("cut.mp4"))
        #expect(cut.contains("cut.mp4 was never finished") && cut.contains("moov") && cut.contains("power"))
        // The index without what it stands before is read as far as it goes.
        try folder.make("front.mp4", "\(Self.video) -movflags +faststart")
        let front = try folder.bytes(of: "front.mp4")
        try folder.write(front.prefix(front.count * 7 / 10), to: "front.mp4")
        #expect(try !VideoSource(folder.file("front.mp4")).times().isEmpty)
    }

    @Test func anEncryptedRecordingSaysSo() throws {
        let folder = try TestFolder()
        let key = "-encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8"
        try folder.make("a.mp4", "\(Self.video) -encryption_scheme cenc-aes-ctr \(key)")
        let source = try VideoSource(folder.file("a.mp4"))
        let error = #expect(throws: VideoError.self) { try source.times() }
        #expect(error?.description.contains("a.mp4 is encrypted") == true, "\(error?.description ?? "")")
        #expect(source.notices.isEmpty, "\(source.notices)")
    }

    @Test(arguments: ["rtsp:/camera/live", "192.168.0.7/live", "van7.local:554/live"])
    func anAddressWithoutItsProtocolIsSaidToBeMeant(_ location: String) throws {
        #expect(try problem(location).contains("protocol, such as rtsp://"))
    }

    @Test(arguments: ["drives/none.mp4", "/nowhere/12:30:00.mp4", "none.mp4"])
    func aFileThatIsNotThereIsNoAddress(_ location: String) throws {
        #expect(try !problem(location).contains("rtsp"))
    }

    @Test func emptyAndZeroedFilesSaySo() throws {
        let folder = try TestFolder()
        try folder.write([], to: "empty.mp4")
        #expect(try problem(folder.file("empty.mp4")).contains("empty.mp4 is empty"))
        try folder.write([UInt8](repeating: 0, count: 50_000), to: "zeros.mp4")
        #expect(try problem(folder.file("zeros.mp4")).contains("zeros"))
    }

    @Test func aPipeCannotGoBackToAnIndexAtTheEnd() throws {
        let folder = try TestFolder()
        // Larger than what is kept for looking back.
        try folder.make("late.mp4", "-f lavfi -i testsrc2=size=640x360:duration=3 -c:v libx264 -preset ultrafast")
        for (feed, words) in [("cat late.mp4", "index"), ("head -c 2000 late.mp4", "index"), (":", "gave nothing")] {
            unlink(folder.file("pipe"))
            try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
            let writer = Process()
            writer.executableURL = URL(fileURLWithPath: "/bin/sh")
            writer.arguments = ["-c", "\(feed) > pipe"]
            writer.currentDirectoryURL = URL(fileURLWithPath: folder.path)
            writer.standardError = FileHandle.nullDevice
            try writer.run()
            #expect(try problem(folder.file("pipe")).contains(words))
            writer.waitUntilExit()
        }
    }

    @Test func schemesHaveNoCase() throws {
        let folder = try TestFolder()
        try folder.make("a.mp4", Self.video)
        #expect(try VideoSource("FILE://" + folder.file("a.mp4")).times().count == 25)
        for scheme in ["RTSP", "Http", "TCP"] {
            #expect(try problem("\(scheme)://127.0.0.1:1/x").contains("refused"))
        }
    }
}
