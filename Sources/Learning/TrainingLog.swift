import Files
import Foundation

/// One JSON object a line, appended at the end of every epoch, and the curves that they make as a drawing.
struct TrainingLog {
    private let path: String
    private let drawing: String?
    private var entries: [TrainingProgress]
    private let encoder = JSONEncoder()

    /// Writes the log anew.
    ///
    /// - Parameters:
    ///   - drawing: the SVG file; nil draws nothing.
    ///   - entries: what a resumed training has got already.
    init(_ path: String, drawing: String?, entries: [TrainingProgress]) throws(LearningError) {
        (self.path, self.drawing, self.entries) = (path, drawing, entries)
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        try write(path) { try Data(entries.flatMap { try line($0) }) }
    }

    /// Once an epoch, so that waiting for the disk costs nothing.
    mutating func append(_ progress: TrainingProgress) throws(LearningError) {
        entries.append(progress)
        do {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: line(progress))
            try file.synchronize()
        } catch {
            throw LearningError("Cannot write \(path): \(error.localizedDescription)")
        }
        if let drawing {
            let title = URL(fileURLWithPath: drawing).deletingPathExtension().lastPathComponent
            try write(drawing) { Data(CurveDrawing(entries, title: title).svg.utf8) }
        }
    }

    private func line(_ progress: TrainingProgress) throws -> Data { try encoder.encode(progress) + Data("\n".utf8) }

    /// Whoever reads the file meanwhile sees the old one or the new one.
    private func write(_ path: String, _ content: () throws -> Data) throws(LearningError) {
        let bytes = try LearningError.wrap { [UInt8](try content()) }
        try WholeFile.write(bytes, to: path)
    }
}
