import Synchronization

/// The gate's last looks, for those who compare models.
///
/// Threading: any.
public final class LookHistory: Sendable {
    private let mostKept = 48
    private let looks = Mutex<[GateLook]>([])

    public init() {}

    public func add(_ look: GateLook) {
        looks.withLock { looks in
            looks.append(look)
            if looks.count > mostKept { looks.removeFirst() }
        }
    }

    /// The last looks at frames that this model labeled, newest last.
    public func looks(of model: String) -> [GateLook] {
        looks.withLock { $0.filter { $0.model == model } }
    }
}
