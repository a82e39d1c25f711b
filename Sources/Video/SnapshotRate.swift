import Synchronization

/// How often an address of a single picture is asked for. It can be changed meanwhile: the next pause is by the new rate.
///
/// Threading: any.
public final class SnapshotRate: Sendable {
    private let bits: Atomic<UInt64>

    /// - Parameter value: units: pictures per second.
    public init(_ value: Double) { bits = Atomic(value.bitPattern) }

    /// Units: pictures per second.
    public var value: Double {
        get { Double(bitPattern: bits.load(ordering: .relaxed)) }
        set { bits.store(newValue.bitPattern, ordering: .relaxed) }
    }
}
