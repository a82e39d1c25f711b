import Errors
import Files
import Foundation

/// Two trainings of one name, such as a job that a cluster starts again while the first still runs, would mix their logs and
/// checkpoints.
enum TrainingLock {
    /// Takes the lock beside a bundle, and removes what killed trainings have left of its files.
    ///
    /// - Parameters:
    ///   - out: the bundle; its folder is there.
    ///   - sides: the files that are written beside it.
    /// - Returns: nil where the file system knows no locks, as some of clusters do not.
    /// - Throws: where another training has it.
    static func take(for out: String, _ sides: [String]) throws -> FileLock? {
        let path = "\(TemporaryFile.folder(of: out))/.\(URL(fileURLWithPath: out).lastPathComponent).lock"
        do throws(CamberError) {
            let lock = try FileLock(path)
            lock.sign()
            for file in [out] + sides { TemporaryFile.removeLeftovers(of: file) }
            return lock
        } catch {
            guard error.code == .busy else { return nil }
            throw CommandFailure(
                code: 1,
                message: "Another training writes \(out): \(FileLock.holder(of: path)). Name another --out, or wait for its end.")
        }
    }
}
