import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Video

/// Pictures that nobody has labeled: frames of videos, pictures in folders, frames of a spool, one after the other.
public struct UnlabeledPictures: Sendable {
    /// Where pictures come from.
    enum Part: Sendable, Equatable {
        /// Picture files, one each.
        case pictures([String])
        /// Pictures of a spool that somebody may be making room in: those that go meanwhile are left out.
        case spool([String])
        case video(String)
    }

    /// One picture.
    public struct Picture {
        /// Says where it comes from; may come twice.
        public let name: String
        public let image: RGBImage
        /// The file that holds it as it is; nil where it was a video's frame or has been made smaller.
        public let file: String?
    }

    let parts: [Part]
    /// What was named and cannot be used, each with the reason; the rest can.
    public let problems: [String]
    /// Of a video every so many frames are taken: its neighbours are near copies.
    public let every: Int
    /// Larger pictures are made smaller to fit, their aspect kept; nil leaves them as they are.
    public let limit: Graph.Size?

    /// - Parameters:
    ///   - inputs: videos, pictures, folders of either, spools, text files (`.txt`) that name one of these a line.
    ///   - every: of a video every so many frames are taken.
    ///   - limit: the largest size of a picture.
    /// - Throws: where something is not there, or a folder holds neither.
    public init(_ inputs: [String], every: Int = 1, limit: Graph.Size? = nil) throws(LearningError) {
        precondition(every > 0, "every \(every) frames")
        (self.every, self.limit) = (every, limit)
        var problems: [String] = []
        parts = try LearningError.wrap { try inputs.flatMap { try Self.parts(of: $0, mayBeList: true, &problems) } }
        self.problems = problems
        guard !parts.isEmpty else { throw LearningError("There are no unlabeled pictures.") }
    }

    /// Picture files.
    public init(files: [String]) {
        (parts, every, limit, problems) = ([.pictures(files)], 1, nil, [])
    }

    /// How many there are; nil where a video does not say.
    public var count: Int? {
        var sum = 0
        for part in parts {
            switch part {
            case .pictures(let files), .spool(let files): sum += files.count
            case .video(let path):
                guard let frames = try? VideoSource(path).info.frameCount else { return nil }
                sum += frames > 0 ? (frames - 1) / every + 1 : 0
            }
        }
        return sum
    }

    /// Calls `body` with each picture and its place, in one order always.
    ///
    /// - Parameters:
    ///   - isWanted: asked before a picture is read: false skips it.
    ///   - isUnreadable: told why a picture or the rest of a video cannot be read; it throws where the others are no use then.
    /// - Throws: what the closures throw.
    package func forEach(
        isWanted: (_ place: Int, _ name: String) throws -> Bool, isUnreadable: (VideoError) throws -> Void = { throw $0 },
        _ body: (Int, Picture) throws -> Void
    ) throws {
        var place = 0
        for part in parts {
            switch part {
            case .pictures(let files), .spool(let files):
                for file in files {
                    defer { place += 1 }
                    let name = Self.stem(file)
                    if case .spool = part, !FileManager.default.fileExists(atPath: file) { continue }
                    guard try isWanted(place, name) else { continue }
                    let read: Picture
                    do throws(VideoError) { read = try picture(file, name) } catch {
                        try isUnreadable(error)
                        continue
                    }
                    try body(place, read)
                }
            case .video(let path): try frames(of: path, from: &place, isWanted, isUnreadable, body)
            }
        }
    }

    private func picture(_ file: String, _ name: String) throws(VideoError) -> Picture {
        let image = try ImageFile.readRGB(file)
        let size = Graph.Size(height: image.height, width: image.width)
        guard let smaller = limit.map({ PictureFit.size(of: size, within: $0) }), smaller != size else {
            return Picture(name: name, image: image, file: file)
        }
        let result = RGBImage(width: smaller.width, height: smaller.height)
        PictureFit(size, in: smaller).draw(image, into: result)
        return Picture(name: name, image: result, file: nil)
    }

    private func frames(
        of path: String, from place: inout Int, _ isWanted: (Int, String) throws -> Bool,
        _ isUnreadable: (VideoError) throws -> Void, _ body: (Int, Picture) throws -> Void
    ) throws {
        var source: VideoSource?
        let frame = VideoFrame()
        while true {
            do throws(VideoError) {
                if source == nil { source = try VideoSource(path) }
                guard try source!.read(into: frame) else { return }
            } catch {
                return try isUnreadable(error)
            }
            guard frame.index % every == 0, !frame.isDamaged else { continue }
            defer { place += 1 }
            let name = Self.stem(path) + String(format: "-%06d", frame.index)
            guard try isWanted(place, name) else { continue }
            let size = Graph.Size(height: frame.height, width: frame.width)
            let wanted = limit.map { PictureFit.size(of: size, within: $0) } ?? size
            let image = RGBImage(width: wanted.width, height: wanted.height)
            try frame.draw(into: image)
            try body(place, Picture(name: name, image: image, file: nil))
        }
    }

    private static func stem(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
}
