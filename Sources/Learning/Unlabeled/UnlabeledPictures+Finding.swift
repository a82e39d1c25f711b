import Foundation
import Store
import Video

extension UnlabeledPictures {
    private static let pictureEndings: Set<String> = ["png", "jpg", "jpeg", "bmp", "webp", "tif", "tiff", "ppm"]
    private static let videoEndings: Set<String> = [
        "mp4", "mkv", "mov", "avi", "ts", "m2ts", "mts", "webm", "m4v", "mpg", "mpeg", "mjpeg", "wmv", "flv", "ogv", "3gp",
    ]

    /// What an input stands for.
    ///
    /// - Parameters:
    ///   - mayBeList: whether a text file names inputs, one a line.
    ///   - problems: gets what of a folder or a list cannot be used.
    static func parts(of path: String, mayBeList: Bool, _ problems: inout [String]) throws -> [Part] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw LearningError("Cannot read the unlabeled pictures: there is no \(PublicAddress.textOfMissing(path)).")
        }
        if isFolder.boolValue { return try parts(inFolder: path, &problems) }
        let ending = ending(path)
        if pictureEndings.contains(ending) { return [.pictures([path])] }
        guard mayBeList, ["txt", "list", "lst", ""].contains(ending) else { return [.video(path)] }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
            throw LearningError("Cannot read \(path) as a list of pictures: it is no text.")
        }
        let base = URL(fileURLWithPath: path).deletingLastPathComponent()
        // Windows ends its lines with a return too.
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        var found: [Part] = []
        for line in lines {
            // As seen from the working folder, or else from beside the list.
            let isHere = line.hasPrefix("/") || FileManager.default.fileExists(atPath: line)
            do { found += try parts(of: isHere ? line : base.appending(path: line).path, mayBeList: false, &problems) } catch {
                problems.append("\(path): \(error)")
            }
        }
        return found
    }

    private static func parts(inFolder path: String, _ problems: inout [String]) throws -> [Part] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
            .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        if Spool.isSpool(names) {
            let frames = try Spool(folder: path, limits: .none).items().reversed().filter { !$0.isUnsure }.map(\.framePath)
            guard !frames.isEmpty else { throw LearningError("The spool \(path) holds no frames.") }
            return [.spool(Array(frames))]
        }
        // Of a spool's copy without its records, the frames.
        let media = names.filter { (pictureEndings.union(videoEndings)).contains(ending($0)) && !Spool.isBesideFrame($0) }
        // A pipe would wait for a writer, a device never ends.
        let files = media.filter { isFile("\(path)/\($0)") }
        problems += Set(media).subtracting(files).sorted().map { "\(path)/\($0) is no file." }
        let pictures = files.filter { pictureEndings.contains(ending($0)) }
        let videos = files.filter { videoEndings.contains(ending($0)) }
        guard !pictures.isEmpty || !videos.isEmpty else {
            throw LearningError(
                "The folder \(path) holds neither pictures nor videos.",
                remedy: names.contains("images") ? "Is \(path)/images meant?" : "Folders in it are not looked into.")
        }
        return (pictures.isEmpty ? [] : [.pictures(pictures.map { "\(path)/\($0)" })]) + videos.map { .video("\(path)/\($0)") }
    }

    /// Of a link, what it leads to.
    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func ending(_ path: String) -> String { URL(fileURLWithPath: path).pathExtension.lowercased() }
}
