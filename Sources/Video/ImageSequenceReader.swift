import CFFmpeg
import Glibc

/// The pictures of a folder in natural name order (`9.png` before `10.png`), or a single picture, as frames of a constant rate.
final class ImageSequenceReader: FrameReader {
    let info: VideoInfo
    private(set) var damaged = 0

    private let paths: [String]
    private let interruption: Interruption
    private let decoder = ImageDecoder()
    private var next = 0
    private var frameCount = 0
    private var lastProblem: VideoError?

    convenience init(folder: String, rate: Rational, interruption: Interruption) throws(VideoError) {
        let names = try Self.imageNames(in: folder)
        guard !names.isEmpty else {
            throw VideoError(
                "\(folder) holds no pictures.",
                remedy: "Files ending in \(SourceLocation.imageExtensions.sorted().joined(separator: ", ")) are taken.")
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
                    index: frameCount, at: Timestamp(Int64(position), info.timeBase), duration: 1, streamOrientation: .upright)
                frameCount += 1
                return true
            } catch {
                damaged += 1
                lastProblem = error
            }
        }
        if frameCount == 0, !interruption.isCancelled, let lastProblem { throw lastProblem }
        return false
    }

    private static func imageNames(in folder: String) throws(VideoError) -> [String] {
        guard let directory = opendir(folder) else {
            throw VideoError("Cannot open \(folder): \(String(cString: strerror(errno))).")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let isImage = SourceLocation.imageExtensions.contains(SourceLocation.pathExtension(of: name))
            if !name.hasPrefix(".") && isImage { names.append(name) }
        }
        return names.sorted(by: NaturalOrder.precedes)
    }
}
