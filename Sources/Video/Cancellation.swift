/// Ends the opening and the reading of a source from any thread, even before there is one.
public final class Cancellation: Sendable {
    let interruption = Interruption()

    public init() {}

    /// What a source that is open, or being opened, waits for, such as a key frame; nil while pictures come.
    public var waitsFor: String? { interruption.waitsFor }

    public func cancel() { interruption.cancel() }
}
