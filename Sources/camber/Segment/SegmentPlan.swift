import ArgumentParser
import Foundation
import Live

/// Which recordings `camber segment` labels, and into which files.
enum SegmentPlan {
    struct Task {
        var recording: String
        var outputs: SegmentJob.Outputs
    }

    static func validate(_ command: SegmentCommand) throws {
        let isArchive = RecordingFinder.isArchive(command.inputs)
        let files = [command.overlay, command.masks, command.confidence, command.report].compactMap { $0 }
        let written =
            files + allTasks(command).flatMap { [$0.outputs.overlay, $0.outputs.masks, $0.outputs.confidence] }.compactMap { $0 }
        let inputs = RecordingFinder.recordings(command.inputs) + command.inputs + [command.model]
        for file in written where !isFolder(file) && inputs.contains(where: { isSameFile($0, file) }) {
            throw ValidationError("\(file) is an input; writing there would destroy it.")
        }
        if let report = command.report, isFolder(report) { throw ValidationError("--report \(report) is a folder.") }
        if Set(files.map { URL(fileURLWithPath: $0).standardizedFileURL.path }).count < files.count {
            throw ValidationError("Two outputs have the same name.")
        }
        if let folder = allTasks(command).lazy.compactMap(\.outputs.masks).first(where: holdsPictures), command.shard == nil {
            throw ValidationError(
                "--masks: \(folder) holds pictures already, which would pass for this drive's. Empty it, or name another.")
        }
        if isArchive { return try validateFolders(command) }
        try check(command.overlay, "-o", endings: ["mp4", "mkv", "mov", "m4v", "avi", "ts"])
        if command.masks?.hasSuffix("/") == false { try check(command.masks, "--masks", endings: ["mkv"]) }
        try check(command.confidence, "--confidence", endings: ["mkv"])
    }

    /// The recordings of this shard, each with its outputs.
    static func tasks(_ command: SegmentCommand) -> [Task] {
        let all = allTasks(command)
        return RecordingFinder.isArchive(command.inputs) ? command.shard?.inputs(of: all) ?? all : all
    }

    private static func allTasks(_ command: SegmentCommand) -> [Task] {
        guard RecordingFinder.isArchive(command.inputs) else {
            let outputs = SegmentJob.Outputs(overlay: command.overlay, masks: command.masks, confidence: command.confidence)
            return command.inputs.map { Task(recording: $0, outputs: outputs) }
        }
        let recordings = RecordingFinder.recordings(command.inputs)
        // Named before they are dealt out, so that no two shards write the same file.
        return zip(recordings, RecordingFinder.names(of: recordings)).map { recording, name in
            Task(
                recording: recording,
                outputs: SegmentJob.Outputs(
                    overlay: command.overlay.map { path($0, name + ".mp4") },
                    masks: command.masks.map { $0.hasSuffix("/") ? path($0, name) + "/" : path($0, name + ".mkv") },
                    confidence: command.confidence.map { path($0, name + ".mkv") }))
        }
    }

    private static func validateFolders(_ command: SegmentCommand) throws {
        for folder in [command.overlay, command.masks, command.confidence].compactMap({ $0 }) {
            if FileManager.default.fileExists(atPath: folder), !isFolder(folder) {
                throw ValidationError("\(folder) is a file; with several recordings, outputs are folders.")
            }
            if ["mp4", "mkv", "mov"].contains(URL(fileURLWithPath: folder).pathExtension) {
                throw ValidationError("\(folder) names a file; with several recordings, outputs are folders.")
            }
        }
    }

    private static func check(_ file: String?, _ option: String, endings: [String]) throws {
        guard let file else { return }
        let ending = URL(fileURLWithPath: file).pathExtension.lowercased()
        if file.hasSuffix("/") || !endings.contains(ending) {
            throw ValidationError("\(option) \(file): the name must end in .\(endings.joined(separator: ", .")).")
        }
    }

    private static func path(_ folder: String, _ name: String) -> String {
        URL(fileURLWithPath: folder).appendingPathComponent(name).path
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func holdsPictures(_ path: String) -> Bool {
        path.hasSuffix("/")
            && (try? FileManager.default.contentsOfDirectory(atPath: path))?.contains { $0.hasSuffix(".png") } == true
    }

    private static func isSameFile(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
    }
}
