import Files
import Foundation

/// Where a frame of an exported or imported data set was taken.
public struct FrameOrigin: Sendable, Equatable, Codable {
    /// The camera's or the recording's address, without passwords.
    public var source: String
    public var frame: Int
    public var time: Date
    /// What speaks against that time; nil where nothing does.
    public var clock: ClockDoubt?
    /// The fingerprint of the bundle whose labels a person was shown.
    public var model: String
    /// Who labeled it, and when that was imported; nil for what a model did.
    public var labeledBy: String?
    public var labeledAt: Date?

    public init(
        source: String, frame: Int, time: Date, model: String, labeledBy: String? = nil, labeledAt: Date? = nil,
        clock: ClockDoubt? = nil
    ) {
        (self.source, self.frame, self.time, self.model, self.clock) = (source, frame, time, model, clock)
        (self.labeledBy, self.labeledAt) = (labeledBy, labeledAt)
    }

    /// The file of an exported folder or a data set that has them, by the pictures' names.
    public static let file = "origins.json"

    private static let largestFile = 256 << 20

    /// What a folder says of its pictures; empty where it says nothing.
    ///
    /// - Throws: where the file is there and cannot be read. By it frames are dealt out and drives withdrawn, and it is written anew with
    ///   what it had: none of that may begin from nothing.
    public static func read(_ folder: String) throws(StoreError) -> [String: FrameOrigin] {
        let path = "\(folder)/\(file)"
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let bytes = try WholeFile.read(path, atMost: largestFile)
        if let origins = StoreJSON.decode([String: FrameOrigin].self, bytes) { return origins }
        throw StoreError(
            "\(path) is damaged: it does not say where the frames were taken.",
            remedy: "Bring it back from a backup. Without it nobody knows which drives the pictures are of: do not make it anew.",
            code: .invalid)
    }
}
