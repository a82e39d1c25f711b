import CFFmpeg
import Glibc

/// The pictures of a folder in natural name order (`9.png` before `10.png`), or a single picture, as frames of a constant rate.
final class ImageSequenceReader: FrameReader {
    let info: VideoInfo
    private(set) var damaged = 0
    private(set) var missing = 0
    private(set) var lost: [String] = []
    private(set) var notices: [String] = []

    /// So many broken pictures are named one by one.
    private static let mostNamed = 50

    private let paths: [String]
    private let interruption: Interruption
    private let decoder = ImageDecoder()
    private var next = 0
    private var frameCount = 0
    private var lastProblem: VideoError?
    private var named = 0
    private var sizes = SizeChange()
    private var hasSaidThatMoreIsThere = false

    convenience init(folder: String, rate: Rational, interruption: Interruption) throws(VideoError) {
        let names = try Self.imageNames(in: folder)
        guard !names.isEmpty else {
            throw VideoError(
                "\(folder) holds no pictures.",
                remedy: "Files ending in \(ImageFile.endings.sorted().joined(separator: ", ")) are taken.")
        }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        try self.init(names.map { prefix + $0 }, kind: .imageFolder, rate: rate, interruption: interruption)
    }

    convenience init(image: String, rate: Rational, interruption: Interruption) throws(VideoError) {
        try self.init([image], kind: .file, rate: rate, interruption: interruption)
    }

    private init(_ paths: [String], kind: VideoInfo.Kind, rate: Rational, interruption: Interruption) throws(VideoError) {
        precondition(rate.num > 0 && rate.den > 0, "a rate of \(rate) pictures per second")
        self.paths = paths
        self.interruption = interruption
        // The first picture that can be decoded gives the size; damaged ones are counted when they are read.
        let probe = VideoFrame()
        var problem: VideoError?
        for path in paths {
            do throws(VideoError) {
                try decoder.decode(path, into: probe.avFrame)
                probe.didDecode(index: 0, at: Timestamp(0, rate.inverse), duration: 1, streamOrientation: decoder.orientation)
                problem = nil
                break
            } catch { problem = problem ?? error }
            if interruption.isCancelled { break }
        }
        if let problem { throw problem }
        info = VideoInfo(
            kind: kind, width: probe.width, height: probe.height, sampleAspectRatio: probe.sampleAspectRatio, frameRate: rate,
            timeBase: rate.inverse, duration: Double(paths.count) / rate.value, frameCount: paths.count, codec: decoder.codecName,
            format: "images", isLive: false)
    }

    func read(into frame: VideoFrame) throws(VideoError) -> Bool {
        while next < paths.count && !interruption.isCancelled {
            let position = next
            next += 1
            do throws(VideoError) {
                try decoder.decode(paths[position], into: frame.avFrame)
                frame.didDecode(
                    index: position, at: Timestamp(Int64(position), info.timeBase), duration: 1,
                    streamOrientation: decoder.orientation, isDamaged: decoder.isDamaged)
                frameCount += 1
                if decoder.isDamaged {
                    damaged += 1
                    report("\(paths[position]) is damaged: part of it is missing.")
                }
                if let notice = sizes.notice(of: frame, paths[position]) { notices.append(notice) }
                if decoder.pictureCount > 1, !hasSaidThatMoreIsThere {
                    hasSaidThatMoreIsThere = true
                    notices.append(
                        "\(paths[position]) holds \(decoder.pictureCount) pictures: of such files only the first one is read.")
                }
                return true
            } catch {
                damaged += 1
                missing += 1
                lastProblem = error
                if lost.count < Self.mostNamed { lost.append(error.description) }
                report(error.description)
            }
        }
        if frameCount == 0, !interruption.isCancelled, let lastProblem { throw lastProblem }
        return false
    }

    private func report(_ problem: String) {
        named += 1
        if named <= Self.mostNamed { notices.append(problem) }
        if named == Self.mostNamed + 1 { notices.append("More pictures are damaged; 'damaged' counts them all.") }
    }

    /// Whether a picture file holds an animation, which is read as a video.
    static func isAnimated(_ path: String) -> Bool {
        guard let file = fopen(path, "re") else { return false }
        defer { fclose(file) }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            let count = fread(buffer.baseAddress, 1, buffer.count, file)
            return PictureKind(UnsafeRawBufferPointer(rebasing: buffer[..<count])) == .animatedPNG
        }
    }

    private static func imageNames(in folder: String) throws(VideoError) -> [String] {
        guard let names = EntryName.visible(in: folder) else {
            throw VideoError("Cannot open \(folder): \(String(cString: strerror(errno))).")
        }
        return names.map(\.text).filter(ImageFile.isNamed).sorted(by: NaturalOrder.precedes)
    }
}
