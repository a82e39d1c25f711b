import Foundation

/// One JSON object a line, appended at the end of every epoch.
struct TrainingLog {
    private let path: String

    /// - Parameter isResumed: keeps what is there; otherwise the log starts empty.
    init(_ path: String, isResumed: Bool) throws(LearningError) {
        self.path = path
        guard
            isResumed && FileManager.default.fileExists(atPath: path)
                || FileManager.default.createFile(atPath: path, contents: nil)
        else {
            throw LearningError("Cannot write \(path).", remedy: "Is there room, and may it be written there?")
        }
    }

    func append(_ progress: TrainingProgress) throws(LearningError) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        do {
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: encoder.encode(progress) + Data("\n".utf8))
        } catch {
            throw LearningError("Cannot write \(path): \(error.localizedDescription)")
        }
    }
}
