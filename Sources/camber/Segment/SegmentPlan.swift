import ArgumentParser
import Files
import Foundation
import Live
import Video

/// Which recordings `camber segment` labels, and into which files. Everything that can be known to be wrong is found here.
struct SegmentPlan {
    struct Task {
        var recording: RecordingSearch.Recording
        var outputs: SegmentJob.Outputs

        /// Whether the recording was written after its outputs: one of that name may have taken its place. An address has no such time.
        var hasChanged: Bool {
            guard let written = FileID.written(recording.path) else { return false }
            return outputs.paths.contains { path in FileID.written(path).map { $0 < written } ?? true }
        }
    }

    /// Of the containers that an overlay may have.
    static let overlayEndings = ["mp4", "mkv", "mov", "m4v", "avi", "ts"]

    let search: RecordingSearch
    /// In order, of all shards.
    let allTasks: [Task]
    /// Of this one.
    let tasks: [Task]

    /// - Throws: `ValidationError`, before anything is read or written.
    init(_ command: SegmentCommand) throws {
        let options = [command.overlay, command.masks, command.confidence, command.track].compactMap { $0 }
        search = RecordingSearch(command.inputs, outputs: options)
        allTasks = Self.tasks(search, command)
        tasks = search.isArchive ? command.shard?.inputs(of: allTasks) ?? allTasks : allTasks
        let report = command.reportFile
        let files = options + [report].compactMap { $0 }
        for (index, file) in files.enumerated() where files[..<index].contains(where: { FileID.areSame($0, file) }) {
            throw ValidationError("Two outputs have the same name, \(file).")
        }
        if search.isArchive {
            if command.gpx != nil {
                throw ValidationError("--gpx is for a single recording; of several each may have NAME.gpx beside it.")
            }
            try Self.checkFolders(options, command.inputs)
        } else {
            try Self.check(command.overlay, "-o", endings: Self.overlayEndings)
            if !command.png, command.masks?.hasSuffix("/") == false { try Self.check(command.masks, "--masks", endings: ["mkv"]) }
            try Self.check(command.confidence, "--confidence", endings: ["mkv"])
            try Self.check(command.track, "--track", endings: TrackFile.endings)
        }
        try checkInputs(command, report)
        try Self.checkNames(allTasks.flatMap(\.outputs.paths) + [report].compactMap(\.self))
        for path in search.isArchive ? options.map({ $0.hasSuffix("/") ? $0 : $0 + "/" }) : options {
            if let obstacle = OutputCheck.obstacle(toWriting: path) {
                throw ValidationError("\(path) cannot be written: \(obstacle).")
            }
        }
        if let report, report.hasSuffix("/") { throw ValidationError("--report \(report) is a folder.") }
        if let report, let obstacle = OutputCheck.obstacle(toWriting: report) {
            throw ValidationError("--report \(report) cannot be written: \(obstacle).")
        }
        try checkPictures(command)
    }

    private static func tasks(_ search: RecordingSearch, _ command: SegmentCommand) -> [Task] {
        guard search.isArchive else {
            let masks = command.masks.map { command.png && !$0.hasSuffix("/") ? $0 + "/" : $0 }
            let outputs = SegmentJob.Outputs(
                overlay: command.overlay, masks: masks, confidence: command.confidence, sidecar: command.sidecar,
                track: command.track)
            return search.recordings.map { Task(recording: $0, outputs: outputs) }
        }
        func path(_ folder: String, _ name: String) -> String { folder + (folder.hasSuffix("/") ? "" : "/") + name }
        // Named before they are dealt out, so that no two shards write the same file.
        return search.recordings.map { recording in
            Task(
                recording: recording,
                outputs: SegmentJob.Outputs(
                    overlay: command.overlay.map { path($0, recording.name + ".mp4") },
                    masks: command.masks.map { path($0, recording.name + (command.png ? "/" : ".mkv")) },
                    confidence: command.confidence.map { path($0, recording.name + ".mkv") }, sidecar: command.sidecar,
                    track: command.track.map { path($0, recording.name + ".gpx") }))
        }
    }

    /// No output may be an input, nor lie where the next run would take it for one.
    private func checkInputs(_ command: SegmentCommand, _ report: String?) throws {
        let recordings = search.recordings.map(\.path)
        let inputs = recordings + recordings.map { RecordingCircumstances.gpx(beside: $0) } + [command.model, command.gpx ?? ""]
        try OutputArguments.check(allTasks.flatMap(\.outputs.paths) + [report].compactMap(\.self), among: inputs)
    }

    private func checkPictures(_ command: SegmentCommand) throws {
        guard command.shard == nil, !command.resume else { return }
        if let folder = allTasks.lazy.compactMap(\.outputs.masks).first(where: Self.holdsPictures) {
            throw ValidationError(
                "--masks: \(folder) holds pictures already, which would pass for this drive's. Empty it, name another, or go on "
                    + "where a run was stopped with --resume.")
        }
    }

    /// A report, say, may be called like the sidecar of an output, or like a recording's masks in their folder.
    private static func checkNames(_ files: [String]) throws {
        var taken: Set<String> = []
        for file in files where !taken.insert(FileID.resolved(file)).inserted {
            throw ValidationError("Two outputs have the same name, \(file).")
        }
    }

    private static func checkFolders(_ folders: [String], _ inputs: [String]) throws {
        for folder in folders {
            var entry = stat()
            if stat(folder, &entry) == 0, entry.st_mode & S_IFMT != S_IFDIR {
                throw ValidationError("\(folder) is a file; with several recordings, outputs are folders.")
            }
            if (overlayEndings + TrackFile.endings).contains(URL(fileURLWithPath: folder).pathExtension.lowercased()) {
                throw ValidationError("\(folder) names a file; with several recordings, outputs are folders.")
            }
            if let input = inputs.first(where: { FileID.areSame($0, folder) }) {
                throw ValidationError(
                    "\(folder) is the folder of the recordings \(input); results there would pass for recordings. Name another.")
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

    private static func holdsPictures(_ path: String) -> Bool {
        path.hasSuffix("/")
            && (try? FileManager.default.contentsOfDirectory(atPath: path))?.contains { $0.hasSuffix(".png") } == true
    }
}
