import Files
import Foundation

/// What the store takes from the machine around it, so that tests can put something else in its place.
package struct StoreSurroundings: Sendable {
    package var now: @Sendable () -> Date
    /// Units: bytes that the disk of a folder has left for us; nil where it does not say.
    package var freeBytes: @Sendable (String) -> Int?
    /// Is asked before every step: 0 to go on, or the errno to fail with.
    package var fault: @Sendable (StoreStep) -> Int32
    /// Is asked before a file is read: 0 to go on, or the errno to fail with.
    package var readFault: @Sendable (String) -> Int32
    /// Units: seconds to wait for other processes.
    package var patience: Double

    package init(
        now: @escaping @Sendable () -> Date = { Date() },
        freeBytes: @escaping @Sendable (String) -> Int? = { DiskRoom.free(in: $0) },
        fault: @escaping @Sendable (StoreStep) -> Int32 = { _ in 0 },
        readFault: @escaping @Sendable (String) -> Int32 = { _ in 0 }, patience: Double = 10
    ) {
        self.now = now
        self.freeBytes = freeBytes
        self.fault = fault
        self.readFault = readFault
        self.patience = patience
    }
}
