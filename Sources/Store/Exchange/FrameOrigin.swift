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

    /// What a folder says of its pictures; empty where it says nothing.
    public static func read(_ folder: String) -> [String: FrameOrigin] {
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(file)") else { return [:] }
        return StoreJSON.decode([String: FrameOrigin].self, [UInt8](bytes)) ?? [:]
    }
}
