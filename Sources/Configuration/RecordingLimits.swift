/// How much of a live output is kept. The oldest finished files go first, the one being written stays.
public struct RecordingLimits: Sendable, Equatable {
    /// Units: bytes; the most that the output's files take, the one being written among them.
    public var size: Int?
    /// Files that ended longer ago go.
    public var age: Duration?
    /// Units: bytes that stay free on the disk, whoever fills it.
    public var keepFree: Int?

    public init(size: Int? = nil, age: Duration? = nil, keepFree: Int? = nil) {
        (self.size, self.age, self.keepFree) = (size, age, keepFree)
    }

    public var isEmpty: Bool { size == nil && age == nil && keepFree == nil }
}
