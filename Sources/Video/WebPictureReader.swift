import CFFmpeg
import Glibc

/// Pictures that a camera sends to browsers: JPEGs one after the other ("MJPEG over HTTP"), or a single one, which is asked for
/// again and again where that is wanted.
final class WebPictureReader: FrameReader {
    private(set) var info: VideoInfo
    private(set) var damaged = 0
    let notices: [String] = []

    private static let timeBase = Rational(1, 90_000)
    /// Units: bytes that may come without a picture among them.
    private static let mostForeign = 16 << 20

    private let (url, protocols, name): (String, String, String)
    private let options: VideoSource.Options
    private let interruption: Interruption
    private let decoder = ImageDecoder()
    private var input: WebInput?
    private var splitter = JPEGSplitter()
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
    /// The picture at hand, with FFmpeg's padding after it.
    private var picture: [UInt8] = []
    private var picturesOfAnswer = 0
    private var asked = Interruption.now()
    private var lastGood = Interruption.now()
    private var first: VideoFrame?
    private var arrival = ArrivalClock()
    private var frameCount = 0
    private var lastTime: Int64 = -1

    init(
        _ web: WebInput, url: String, protocols: String, name: String, options: VideoSource.Options, interruption: Interruption
    ) throws(VideoError) {
        (self.url, self.protocols, self.name) = (url, protocols, name)
        (self.options, self.interruption) = (options, interruption)
        input = web
        let isStream = web.contentType.hasPrefix("multipart/") || options.snapshotRate != nil
        info = VideoInfo(
            kind: .network, width: 0, height: 0, sampleAspectRatio: Rational(1, 1), frameRate: options.rate ?? Rational(25, 1),
            timeBase: Self.timeBase, duration: nil, frameCount: nil, codec: "mjpeg", format: web.contentType,
            isLive: options.isLive ?? isStream)
        let frame = VideoFrame()
        guard try readNext(into: frame) else {
            if interruption.isCancelled { throw OpenFailure.cancelled(name) }
            throw VideoError(
                "\(name) answers with \(web.contentType.isEmpty ? "something" : "'\(web.contentType)'") that holds no picture.",
                remedy: "Open it in a browser: does it show one?")
        }
        (info.width, info.height, info.sampleAspectRatio) = (frame.width, frame.height, frame.sampleAspectRatio)
        info.codec = decoder.codecName
        if !isStream { info.frameCount = 1 }
        first = frame
        beginTap()
    }

    deinit { chunk.deallocate() }

    func read(into frame: VideoFrame) throws(VideoError) -> Bool {
        if let first {
            self.first = nil
            frame.take(first)
            return true
        }
        return try readNext(into: frame)
    }

    private func readNext(into frame: VideoFrame) throws(VideoError) -> Bool {
        var problem: VideoError?
        while !interruption.isCancelled {
            do throws(VideoError) {
                guard let isWhole = try nextPicture() else { break }
                if let found = decode(into: frame) { throw found }
                describe(frame, isDamaged: !isWhole || decoder.isDamaged)
                return true
            } catch {
                damaged += 1
                problem = error
                // The next picture of a stream may be whole; a camera that is asked for each may be busy once.
                if isSnapshot ? !isPatient : input == nil { throw error }
                if isSnapshot { input = nil }
            }
        }
        if frameCount == 0, !interruption.isCancelled, let problem { throw problem }
        return false
    }

    /// Whether each answer has been a single picture so far, which is to be asked for again.
    private var isSnapshot: Bool { options.snapshotRate != nil && picturesOfAnswer <= 1 }

    /// A snapshot that stays away is a lost camera.
    private var isPatient: Bool {
        frameCount > 0 && Double(Interruption.now() - lastGood) / 1e9 < options.stallTimeout ?? 10
    }

    /// Decodes the picture at hand. Nil where that went well.
    private func decode(into frame: VideoFrame) -> VideoError? {
        picture.withUnsafeBytes { bytes in
            let file = UnsafeRawBufferPointer(rebasing: bytes.dropLast(Int(AV_INPUT_BUFFER_PADDING_SIZE)))
            do throws(VideoError) { try decoder.decode(file, name: "A picture of \(name)", into: frame.avFrame) } catch {
                return error
            }
            return nil
        }
    }

    private func beginTap() {
        guard let tap = options.tap else { return }
        guard decoder.codecName == "mjpeg", info.isLive else {
            return tap.refuse("\(name) is no video: single pictures come from there.")
        }
        tap.begin(
            PacketStream(
                codec: AV_CODEC_ID_MJPEG, width: info.width, height: info.height, timeBase: Self.timeBase,
                frameRate: info.frameRate), name: name)
    }

    private func describe(_ frame: VideoFrame, isDamaged: Bool) {
        if isDamaged { damaged += 1 }
        lastGood = Interruption.now()
        let time = max(lastTime + 1, arrival.now(in: Self.timeBase))
        lastTime = time
        picture.withUnsafeBytes { options.tap?.add($0.dropLast(Int(AV_INPUT_BUFFER_PADDING_SIZE)), at: time) }
        frame.didDecode(
            index: frameCount, at: Timestamp(time, Self.timeBase),
            duration: av_rescale_q(1, info.frameRate.inverse.av, Self.timeBase.av), streamOrientation: decoder.orientation,
            isDamaged: isDamaged)
        frameCount += 1
    }

    /// Puts the next picture into `picture`.
    ///
    /// - Returns: whether its end came; nil at the end of the stream.
    private func nextPicture() throws(VideoError) -> Bool? {
        while true {
            guard let input = try askAgain() else { return nil }
            if input.contentType.hasPrefix("image/") || picturesOfAnswer == 0, !isJPEG(input) { return try wholeAnswer(input) }
            if let found = splitter.next() { return take(found) }
            let got = input.read(into: chunk)
            if got > 0 {
                splitter.append(UnsafeRawBufferPointer(rebasing: chunk[..<got]))
                if picturesOfAnswer == 0 && splitter.foreign > Self.mostForeign { return nil }
                continue
            }
            try check(Int32(got))
            if interruption.isCancelled { return nil }
            if let found = splitter.finish() { return take(found) }
            if !isSnapshot || picturesOfAnswer == 0 { return nil }
            self.input = nil
        }
    }

    /// Whether pictures are looked for in what comes, rather than all of it being one.
    private func isJPEG(_ input: WebInput) -> Bool {
        let kind = input.start.withUnsafeBytes { PictureKind($0) }
        return kind == nil || kind == .jpeg
    }

    private func wholeAnswer(_ input: WebInput) throws(VideoError) -> Bool? {
        var bytes: [UInt8] = []
        while true {
            let got = input.read(into: chunk)
            if got <= 0 {
                try check(Int32(got))
                break
            }
            bytes += chunk[..<got]
            if bytes.count > Self.mostForeign * 4 { throw VideoError("\(name) answers with more than a picture.") }
        }
        self.input = nil
        if bytes.isEmpty || interruption.isCancelled { return nil }
        return take(.init(bytes: bytes, isWhole: true))
    }

    private func take(_ found: JPEGSplitter.Picture) -> Bool {
        picturesOfAnswer += 1
        picture = found.bytes + [UInt8](repeating: 0, count: Int(AV_INPUT_BUFFER_PADDING_SIZE))
        return found.isWhole
    }

    /// What an end that is none says.
    private func check(_ result: Int32) throws(VideoError) {
        guard result < 0, input?.isEnd(result) != true, !interruption.isCancelled else { return }
        if interruption.isOverdue {
            input = nil
            throw VideoError("\(name) stalled: no picture came in time.", remedy: "Is the camera still connected?")
        }
        input = nil
        throw VideoError("Lost \(name): \(FFmpeg.text(result)).")
    }

    /// The answer at hand; where it has ended and was a snapshot, that of a new request, when its time has come.
    private func askAgain() throws(VideoError) -> WebInput? {
        if let input { return input }
        guard let rate = options.snapshotRate?.value else { return nil }
        // Not so seldom that it would pass for a camera that stalls.
        let pause = min(1 / max(rate, 1e-3), (options.stallTimeout ?? 10) / 2)
        let due = asked + Int64(nearest: pause * 1e9)
        while Interruption.now() < due {
            if interruption.isCancelled { return nil }
            usleep(useconds_t(min(20_000, max(1, (due - Interruption.now()) / 1000))))
        }
        asked = Interruption.now()
        interruption.setDeadline(in: options.stallTimeout)
        (splitter, picturesOfAnswer) = (JPEGSplitter(), 0)
        let web = try WebInput(url, protocols: protocols, name: name, interruption: interruption)
        input = web
        return web
    }
}
