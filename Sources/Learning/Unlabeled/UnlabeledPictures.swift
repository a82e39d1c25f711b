import Files
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
        case spool([SpoolFrame])
        case video(String)
    }

    /// A picture of a spool.
    struct SpoolFrame: Sendable, Equatable {
        var file: String
        /// See `Picture`: the spool's own name, as places change whenever a frame goes.
        var key: String
    }

    /// One picture.
    public struct Picture {
        /// Says where it comes from; may come twice.
        public let name: String
        /// Tells it from all others, and stays the same while its source does.
        public let key: String
        public let image: RGBImage
        /// The file that holds it as it is; nil where it was a video's frame or has been made smaller.
        public let file: String?
        /// Whether that file may go at any time, as a spool's does.
        public var isPassing = false
    }

    /// What comes to light while sources are read.
    public enum Remark: Sendable {
        /// What was assumed of a recording, or left out.
        case note(String)
        /// A recording that is damaged, or, where it is incomplete, without frames that it promises.
        case damage(String, isIncomplete: Bool)
        /// A picture, or a recording from some place on.
        case unreadable(VideoError)

        /// Whether something is lost.
        public var isLoss: Bool {
            switch self {
            case .note: false
            case .damage(_, let isIncomplete): isIncomplete
            case .unreadable: true
            }
        }

        /// One line for people.
        public var text: String {
            switch self {
            case .note(let text): "Note: \(text)"
            case .damage(let text, _): "Damaged: \(text)"
            case .unreadable(let error): "Left out: \(error.description)"
            }
        }
    }

    let parts: [Part]
    /// What was named and cannot be used, each with the reason; the rest can.
    public let problems: [String]
    /// What of the folders is left out on purpose, such as a camera's low-resolution copies.
    public let notes: [String]
    /// Of a video every so many frames are taken: its neighbours are near copies.
    public let every: Int
    /// Larger pictures are made smaller to fit, their aspect kept; nil leaves them as they are.
    public let limit: Graph.Size?

    /// - Parameters:
    ///   - inputs: recordings, pictures, folders of either with those below them, spools, text files (`.txt`) that name one of
    ///     these a line.
    ///   - every: of a video every so many frames are taken.
    ///   - limit: the largest size of a picture.
    ///   - outputs: folders that are written to, where what is found there is none of the inputs.
    /// - Throws: where an input is not there, or a folder holds neither. What of a folder or a list cannot be used is among the
    ///   `problems`.
    public init(
        _ inputs: [String], every: Int = 1, limit: Graph.Size? = nil, outputs: [String] = []
    ) throws(LearningError) {
        precondition(every > 0, "every \(every) frames")
        (self.every, self.limit) = (every, limit)
        var search = UnlabeledSearch(outputs: outputs)
        try LearningError.wrap { for input in inputs { try search.add(input) } }
        (parts, problems, notes) = (search.parts, search.problems, search.notes)
    }

    /// Picture files.
    public init(files: [String]) {
        (parts, every, limit, problems, notes) = ([.pictures(files)], 1, nil, [], [])
    }

    /// - Throws: where nothing is left to read. The reasons are among the `problems`, which are better told before.
    public func requireAny() throws(LearningError) {
        if parts.isEmpty { throw LearningError("There are no unlabeled pictures.") }
    }

    /// Changes with the files that were found and their sizes: labels are kept by their places among these.
    ///
    /// Of spools, which change all the time, it counts only that they are.
    public var fingerprint: String {
        var sum = Checksum()
        for part in parts {
            let files =
                switch part {
                case .pictures(let files): files
                case .video(let file): [file]
                case .spool: ["spool"]
                }
            for file in files { sum.combine("\(file)\0\(FileID.size(of: file) ?? 0)\0".utf8) }
        }
        return sum.description
    }

    /// How many there are; nil where a video does not say.
    public var count: Int? {
        var sum = 0
        for part in parts {
            switch part {
            case .pictures(let files): sum += files.count
            case .spool(let frames): sum += frames.count
            case .video(let path):
                guard let info = try? VideoSource(path).info else { return nil }
                if info.result != nil { continue }
                guard let frames = info.frameCount else { return nil }
                sum += frames > 0 ? (frames - 1) / every + 1 : 0
            }
        }
        return sum
    }

    /// Calls `body` with each picture and its place, in one order always.
    ///
    /// - Parameters:
    ///   - isWanted: asked before a picture is read: false skips it.
    ///   - remark: told what comes to light of each source; it throws where the others are no use then.
    /// - Throws: what the closures throw.
    package func forEach(
        isWanted: (_ place: Int, _ key: String) throws -> Bool, remark: (Remark) throws -> Void = Self.throwing,
        _ body: (Int, Picture) throws -> Void
    ) throws {
        var place = 0
        for part in parts {
            switch part {
            case .pictures(let files):
                for file in files {
                    try take(file, Self.key(place, Self.stem(file)), place, isWanted, remark, body)
                    place += 1
                }
            case .spool(let frames):
                for frame in frames {
                    defer { place += 1 }
                    guard FileManager.default.fileExists(atPath: frame.file) else { continue }
                    try take(frame.file, frame.key, place, isWanted, remark) { place, picture in
                        var picture = picture
                        picture.isPassing = true
                        try body(place, picture)
                    }
                }
            case .video(let path): try frames(of: path, from: &place, isWanted, remark, body)
            }
        }
    }

    private func take(
        _ file: String, _ key: String, _ place: Int, _ isWanted: (Int, String) throws -> Bool,
        _ remark: (Remark) throws -> Void, _ body: (Int, Picture) throws -> Void
    ) throws {
        guard try isWanted(place, key) else { return }
        let read: Picture
        do throws(VideoError) { read = try picture(file, key) } catch { return try remark(.unreadable(error)) }
        try body(place, read)
    }

    /// Of what has no name of its own: names may come twice. No longer than a file's name may be, with what a file that is being
    /// written has besides.
    private static func key(_ place: Int, _ name: String) -> String {
        var short = name[...]
        while short.utf8.count > longestName { short.removeLast() }
        return String(format: "%06d-", place) + short
    }

    /// Units: bytes, of 255.
    private static let longestName = 200

    /// Ends the work where something cannot be read.
    package static func throwing(_ remark: Remark) throws {
        if case .unreadable(let error) = remark { throw error }
    }

    private func picture(_ file: String, _ key: String) throws(VideoError) -> Picture {
        let name = Self.stem(file)
        let image = try ImageFile.readRGB(file)
        let size = Graph.Size(height: image.height, width: image.width)
        let wanted = limit.map { PictureFit.size(of: size, within: $0) } ?? size
        guard min(wanted.width, wanted.height) >= InferencePlan.leastSide else {
            throw VideoError(
                "\(file) is too small: a network would see \(wanted.width)×\(wanted.height) pixels of it.",
                remedy: "At least \(InferencePlan.leastSide)×\(InferencePlan.leastSide) are needed.")
        }
        guard wanted != size else {
            return Picture(name: name, key: key, image: image, file: file)
        }
        let result = RGBImage(width: wanted.width, height: wanted.height)
        PictureFit(size, in: wanted).draw(image, into: result)
        return Picture(name: name, key: key, image: result, file: nil)
    }

    private func frames(
        of path: String, from place: inout Int, _ isWanted: (Int, String) throws -> Bool,
        _ remark: (Remark) throws -> Void, _ body: (Int, Picture) throws -> Void
    ) throws {
        let source: VideoSource
        do throws(VideoError) { source = try VideoSource(path) } catch { return try remark(.unreadable(error)) }
        if let result = source.info.result {
            return try remark(.note("\(path) is \(result.text) that Camber has made, and is left out."))
        }
        let frame = VideoFrame()
        while true {
            do throws(VideoError) { guard try source.read(into: frame) else { break } } catch {
                try remarks(of: source, remark)
                return try remark(.unreadable(error))
            }
            guard frame.index % every == 0, !frame.isDamaged else { continue }
            defer { place += 1 }
            let name = Self.stem(path) + String(format: "-%06d", frame.index)
            let key = Self.key(place, name)
            guard try isWanted(place, key) else { continue }
            let size = Graph.Size(height: frame.height, width: frame.width)
            let wanted = limit.map { PictureFit.size(of: size, within: $0) } ?? size
            let image = RGBImage(width: wanted.width, height: wanted.height)
            try frame.draw(into: image)
            try body(place, Picture(name: name, key: key, image: image, file: nil))
        }
        try remarks(of: source, remark)
    }

    /// What a recording says of itself once it has been read.
    private func remarks(of source: VideoSource, _ remark: (Remark) throws -> Void) throws {
        for notice in source.notices { try remark(.note(notice)) }
        guard let damage = DamageText.text(damaged: source.damaged, missing: source.missing) else { return }
        try remark(.damage("\(source.name): \(damage).", isIncomplete: source.missing > 0))
    }

    private static func stem(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
}
