import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing
import Video

/// Sources that come through pipes and the network, on this machine.
struct StreamTests {
    private static let picture = "-f lavfi -i testsrc2=size=160x90:rate=25:duration=1"
    private static let x264 = "-c:v libx264 -preset ultrafast -g 5 -pix_fmt yuv420p"

    private func start(_ tool: String, _ arguments: [String], in folder: TestFolder) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs the call on a thread of its own and cancels it soon.
    private func cancelSoon(_ cancellation: Cancellation) {
        Thread.detachNewThread {
            usleep(300_000)
            cancellation.cancel()
        }
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = Date()
        try body()
        return Date().timeIntervalSince(start)
    }

    @Test func readsANamedPipe() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "\(Self.picture) \(Self.x264) -bf 2")
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        let writer = try start("sh", ["-c", "sleep 0.2; cat a.ts > pipe"], in: folder)
        let source = try VideoSource(folder.file("pipe"))
        #expect(source.info.kind == .pipe && !source.info.isLive)
        #expect(try source.times() == folder.probedTimes("a.ts").compactMap { $0 })
        writer.waitUntilExit()
    }

    @Test func aPipeThatNobodyFeedsCanBeCancelledOrTimesOut() throws {
        let folder = try TestFolder()
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        let cancellation = Cancellation()
        cancelSoon(cancellation)
        let waited = seconds {
            #expect(throws: VideoError.self) { try VideoSource(folder.file("pipe"), cancellation: cancellation) }
        }
        #expect(waited < 3)
        var options = VideoSource.Options()
        options.stallTimeout = 0.3
        #expect(seconds { #expect(throws: VideoError.self) { try VideoSource(folder.file("pipe"), options: options) } } < 3)
    }

    @Test func aStalledPipeIsAnErrorAndACancelledOneEnds() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "-f lavfi -i testsrc2=size=160x90:rate=25:duration=10 \(Self.x264)")
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        let writer = try start("sh", ["-c", "(cat a.ts; exec sleep 20) > pipe"], in: folder)
        defer { writer.terminate() }
        var options = VideoSource.Options()
        options.stallTimeout = 0.5
        let cancellation = Cancellation()
        let source = try VideoSource(folder.file("pipe"), options: options, cancellation: cancellation)
        let frame = VideoFrame()
        var count = 0
        let error = try #require(throws: VideoError.self) { while try source.read(into: frame) { count += 1 } }
        #expect(error.problem.contains("stalled"))
        // What FFmpeg holds back until the next picture comes would count as a sign of life, and as new.
        #expect((240...248).contains(count), "of 250")
        source.cancel()
        #expect(try source.read(into: VideoFrame()) == false)
    }

    @Test func readsUDPAndNoticesThatItStops() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "-f lavfi -i testsrc2=size=160x90:rate=25:duration=6 \(Self.x264)")
        let port = 20_000 + Int(getpid()) % 20_000
        let sender = try start(
            "ffmpeg", ["-re", "-i", "a.ts", "-c", "copy", "-f", "mpegts", "udp://127.0.0.1:\(port)?pkt_size=1316"], in: folder)
        defer { sender.terminate() }
        var options = VideoSource.Options()
        options.stallTimeout = 1
        let began = Date()
        let source = try VideoSource("udp://127.0.0.1:\(port)", options: options)
        #expect(source.info.isLive && source.info.kind == .network && source.info.codec == "h264")
        let frame = VideoFrame()
        for _ in 0..<5 { #expect(try source.read(into: frame)) }
        #expect(Date().timeIntervalSince(began) < 5, "FFmpeg's own way takes 5 s and more")
        sender.terminate()
        let waited = seconds { #expect(throws: VideoError.self) { while try source.read(into: frame) {} } }
        #expect(waited < 8)
    }

    @Test func opensAStreamWhoseKeyFramesAreRare() throws {
        let folder = try TestFolder()
        let video = "-re -f lavfi -i testsrc2=size=160x90:rate=25:duration=20 \(Self.x264) -g 75"
        let port = 20_001 + Int(getpid()) % 20_000
        let sender = try start(
            "ffmpeg", video.split(separator: " ").map(String.init) + ["-f", "mpegts", "udp://127.0.0.1:\(port)"], in: folder)
        defer { sender.terminate() }
        usleep(1_000_000)
        let source = try VideoSource("udp://127.0.0.1:\(port)")
        #expect(source.info.width == 160)
        #expect(try source.read(into: VideoFrame()))
    }

    /// A stream that sends what cannot be decoded yet has not stalled.
    @Test func waitsForAKeyFrameForLongerThanForAPicture() throws {
        let folder = try TestFolder()
        try folder.make("a.ts", "-f lavfi -i testsrc2=size=160x90:rate=25:duration=8 \(Self.x264) -g 100")
        let port = 20_002 + Int(getpid()) % 20_000
        // Eight seconds with a key frame every four, again and again; the first second is left out.
        let program = """
            import socket, time
            data = open('a.ts', 'rb').read()
            parts = [data[i:i + 1316] for i in range(0, len(data), 1316)]
            out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            time.sleep(1)
            begin, number = time.time(), len(parts) // 8
            for step in range(len(parts) * 4):
                time.sleep(max(0, begin + step * 8 / len(parts) - time.time()))
                out.sendto(parts[(number + step) % len(parts)], ('127.0.0.1', PORT))
            """
        let sender = try start("python3", ["-c", program.replacingOccurrences(of: "PORT", with: "\(port)")], in: folder)
        defer { sender.terminate() }
        var options = VideoSource.Options()
        options.stallTimeout = 1
        let cancellation = Cancellation()
        let words = Mutex<[String]>([])
        let watcher = Thread {
            while !Thread.current.isCancelled {
                if let reason = cancellation.waitsFor { words.withLock { $0.append(reason) } }
                usleep(20_000)
            }
        }
        watcher.start()
        defer { watcher.cancel() }
        let (source, frame) = (
            try VideoSource("udp://127.0.0.1:\(port)", options: options, cancellation: cancellation), VideoFrame()
        )
        for _ in 0..<3 { #expect(try source.read(into: frame)) }
        #expect(!frame.isDamaged && frame.width == 160)
        #expect(words.withLock { $0.first }?.contains("key frame") == true)
        #expect(cancellation.waitsFor == nil)
    }

    @Test func readsHTTPButNoFilesThroughIt() throws {
        let folder = try TestFolder()
        try folder.make("a.mp4", "\(Self.picture) \(Self.x264) -bf 2")
        try folder.make("b.ts", "\(Self.picture) \(Self.x264)")
        let parts = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nPART\n#EXT-X-ENDLIST\n"
        try folder.write(parts.replacingOccurrences(of: "PART", with: "b.ts").utf8, to: "good.m3u8")
        try folder.write(parts.replacingOccurrences(of: "PART", with: "file://" + folder.file("b.ts")).utf8, to: "bad.m3u8")
        let port = 40_000 + Int(getpid()) % 20_000
        let server = try start("python3", ["-m", "http.server", "\(port)", "--bind", "127.0.0.1"], in: folder)
        defer { server.terminate() }
        let address = "http://127.0.0.1:\(port)/"
        try waitForServer(port)
        let source = try VideoSource(address + "a.mp4")
        #expect(!source.info.isLive && source.info.kind == .network)
        #expect(try source.times() == folder.probedTimes("a.mp4").compactMap { $0 })
        #expect(try VideoSource(address + "good.m3u8").times().count == 25)
        #expect(throws: VideoError.self) { try VideoSource(address + "bad.m3u8").times() }
        let missing = try #require(throws: VideoError.self) { try VideoSource(address + "missing.mp4") }
        #expect(missing.remedy.contains("path"))
    }

    @Test func aServerThatSaysNothingIsGivenUp() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try #require(bind(listener, $0, size) == 0 && listen(listener, 4) == 0 && getsockname(listener, $0, &size) == 0)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        var options = VideoSource.Options()
        options.openTimeout = 0.4
        for scheme in ["http", "rtsp", "tcp"] {
            let waited = seconds {
                #expect(throws: VideoError.self) { try VideoSource("\(scheme)://127.0.0.1:\(port)/a", options: options) }
            }
            #expect(waited < 4, "\(scheme)")
        }
        let cancellation = Cancellation()
        cancelSoon(cancellation)
        let waited = seconds {
            #expect(throws: VideoError.self) { try VideoSource("http://127.0.0.1:\(port)/a", cancellation: cancellation) }
        }
        #expect(waited < 4)
    }

    @Test func messagesKeepPasswordsToThemselves() throws {
        let error = try #require(throws: VideoError.self) { try VideoSource("rtsp://me:secret@127.0.0.1:1/cam?x=a@b") }
        #expect(error.problem.contains("rtsp://***@") && !error.description.contains("secret"))
        #expect(error.problem.contains("refused") && error.remedy.contains("address"))
        let unknown = try #require(throws: VideoError.self) { try VideoSource("rtmp://me:secret@host/cam") }
        #expect(!unknown.description.contains("secret"))
    }

    private func waitForServer(_ port: Int) throws {
        for _ in 0..<100 {
            if let probe = try? Loopback.connect(port) {
                close(probe)
                return
            }
            usleep(100_000)
        }
        Issue.record("no server on port \(port)")
    }
}
