/// Ends the opening and the reading of a source from any thread, even before there is one.
public final class Cancellation: Sendable {
    let interruption = Interruption()

    public init() {}

    public func cancel() { interruption.cancel() }
}
