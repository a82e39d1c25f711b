import Files
import Foundation
import Video

/// The files of a cycle's state. What is there is whole: files get their names last.
package struct CycleFolder: Sendable {
    let path: String

    package init(_ path: String) {
        self.path = path
    }

    var lock: String { "\(path)/lock" }
    var start: String { "\(path)/cycle.json" }
    var frames: String { "\(path)/frames" }
    var pseudoLabels: String { "\(path)/pseudo-labels" }
    var segmentation: String { "\(path)/segmentation.safetensors" }
    var segmentationCheckpoint: String { "\(path)/segmentation.checkpoint" }
    var segmentationLog: String { "\(path)/segmentation.log.jsonl" }
    var candidate: String { "\(path)/candidate.safetensors" }
    var candidateCheckpoint: String { "\(path)/candidate.checkpoint" }
    var verdict: String { "\(path)/verdict.json" }
    private var seconds: String { "\(path)/seconds.json" }

    /// All of a cycle's state but the frames and the pseudo-labels.
    var files: [String] {
        [start, segmentation, segmentationCheckpoint, segmentationLog, candidate, candidateCheckpoint, verdict, seconds]
    }

    /// Makes the folder, with the mark that says whose it is.
    ///
    /// - Throws: where somebody else's files are in it: a cycle removes files there by their names.
    func make() throws(LearningError) {
        try check()
        // Frames with people in them are not for every user of the machine.
        try DurableFolder.make(path, mode: 0o750)
        if !has(mark) { try WholeFile.write([UInt8](Self.markText.utf8), to: mark) }
    }

    /// Removes a cycle's state, first what makes it one, and what a kill has left of a file that was being written.
    func clear() throws(LearningError) {
        if has(start) {
            try remove(start)
            // On the disk before anything else goes: a cycle without its candidate could not be gone on with, nor ended.
            try Self.report("remove \(start)") { try TemporaryFile.syncFolder(path) }
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let labels = names.filter(Self.arePseudoLabels).map { "\(path)/\($0)" }
        for file in files + [frames] + labels + unfinished(files) where has(file) { try remove(file) }
    }

    private func remove(_ file: String) throws(LearningError) {
        try Self.report("remove \(file)") { try FileManager.default.removeItem(atPath: file) }
    }

    /// What a kill has left of these. What has another name is not the cycle's.
    private func unfinished(_ files: [String]) -> [String] {
        let names = files.map { URL(fileURLWithPath: $0).lastPathComponent }
        let found = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return found.filter { file in names.contains { TemporaryFile.isTemporary(file, of: $0) } }.map { "\(path)/\($0)" }
    }

    /// Takes over a frame of the spool, which may be evicted meanwhile; `settleFrames` brings all of them to the disk. False
    /// where it is gone already.
    ///
    /// - Throws: where there is no room for a copy: what is left out of a cycle is decided by the frames, never by the disk.
    package func takeOver(_ file: String, as name: String) throws(LearningError) -> Bool {
        let copy = "\(frames)/\(name)"
        // The spool never changes a file: a link holds what a copy would.
        if link(file, copy) == 0 { return true }
        guard let bytes = try? WholeFile.read(file, atMost: 512 << 20) else { return false }
        try WholeFile.write(bytes, to: copy)
        return true
    }

    func settleFrames() throws(LearningError) { try TemporaryFile.syncFolder(frames) }

    /// Whether a frame still is what was taken over.
    func isWhole(_ item: CycleStart.Item) -> Bool {
        let file = "\(frames)/\(item.file)"
        guard let checksum = item.checksum else { return (try? ImageFile.readRGB(file)) != nil }
        return (try? WholeFile.read(file, atMost: 512 << 20)).map { Checksum($0).description } == checksum
    }

    /// The files of a frame that was kept back, and of the one before it; nil where it is no longer what was taken over.
    func pictures(_ item: CycleStart.Item) -> (frame: String, before: String?)? {
        guard isWhole(item) else { return nil }
        let before = item.before.map { CycleStart.Item(name: item.name, file: $0, checksum: item.beforeChecksum) }
        return ("\(frames)/\(item.file)", before.flatMap { isWhole($0) ? "\(frames)/\($0.file)" : nil })
    }

    func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }

    func read<Value: Decodable>(_ file: String) -> Value? {
        FileManager.default.contents(atPath: file).flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
    }

    /// Complete and on the disk before it has its name.
    func write(_ value: some Encodable, to file: String) throws(LearningError) {
        var bytes: [UInt8] = []
        try Self.report("write \(file)") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            bytes = [UInt8](try encoder.encode(value))
        }
        try WholeFile.write(bytes, to: file)
    }

    /// Time that earlier runs of this cycle took; what a killed one did after its last note is missing.
    var secondsWorked: Double { read(seconds) ?? 0 }

    func keep(secondsWorked: Double) {
        guard has(start) else { return }
        try? write(secondsWorked, to: seconds)
    }

    /// Mean loss of each epoch; one that a kill made the training repeat counts once.
    var losses: [Double] {
        struct Line: Decodable {
            var epoch: Int
            var loss: Double
        }
        let lines = FileManager.default.contents(atPath: segmentationLog)?.split(separator: UInt8(ascii: "\n")) ?? []
        let epochs = lines.compactMap { try? JSONDecoder().decode(Line.self, from: $0) }.map { ($0.epoch, $0.loss) }
        return Dictionary(epochs) { $1 }.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func report(_ what: String, _ body: () throws -> Void) throws(LearningError) {
        do {
            try body()
        } catch {
            throw LearningError(
                "Cannot \(what): \(error.localizedDescription)", remedy: "Is there room, and may it be written there?")
        }
    }
}
