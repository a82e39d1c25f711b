/// A queue of fixed capacity between threads; allocates nothing after `init`.
///
/// Threading: any number of producers and consumers.
// Safe to send: every access to the ring happens under the lock.
package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    package enum Arrival {
        case element(Element)
        case timedOut
        /// Closed, and everything that was in it has been taken.
        case closed
    }

    private let lock = ConditionLock()
    private var ring: [Element?]
    private var head = 0
    private var held = 0
    private var isClosed = false

    package init(capacity: Int) {
        precondition(capacity > 0, "a queue of \(capacity) places")
        ring = Array(repeating: nil, count: capacity)
    }

    package var count: Int { lock.locked { held } }

    /// Waits for a free place. False when the queue was closed.
    package func push(_ element: Element) -> Bool {
        lock.locked {
            while held == ring.count && !isClosed { _ = lock.wait() }
            if isClosed { return false }
            append(element)
            return true
        }
    }

    /// False when the queue is full or closed.
    package func tryPush(_ element: Element) -> Bool {
        lock.locked {
            if isClosed || held == ring.count { return false }
            append(element)
            return true
        }
    }

    /// Puts `element` in, and takes the oldest out if there was no place: the newest wins. A closed queue gives it back.
    package func replaceOldest(with element: Element) -> Element? {
        lock.locked {
            if isClosed { return element }
            let displaced = held == ring.count ? removeFirst() : nil
            append(element)
            return displaced
        }
    }

    /// Waits until a place is free; it stays free for the only producer. False when the queue was closed.
    package func waitForPlace() -> Bool {
        lock.locked {
            while held == ring.count && !isClosed { _ = lock.wait() }
            return !isClosed
        }
    }

    /// Waits for an element, at most until `deadline` of the monotonic clock.
    package func pop(until deadline: Duration? = nil) -> Arrival {
        lock.locked {
            while held == 0 {
                if isClosed { return .closed }
                if !lock.wait(until: deadline), held == 0 { return isClosed ? .closed : .timedOut }
            }
            return .element(removeFirst())
        }
    }

    /// Nothing more goes in; what is inside can still be taken. Wakes everybody.
    package func close() {
        lock.locked {
            isClosed = true
            lock.wakeAll()
        }
    }

    private func append(_ element: Element) {
        ring[(head + held) % ring.count] = element
        held += 1
        lock.wakeAll()
    }

    private func removeFirst() -> Element {
        let element = ring[head]!
        ring[head] = nil
        head = (head + 1) % ring.count
        held -= 1
        lock.wakeAll()
        return element
    }
}
