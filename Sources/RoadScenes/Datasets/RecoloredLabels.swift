import Synchronization

/// Label files whose palette has the classes in another order, so that their pixels were told by colour.
///
/// Threading: any.
final class RecoloredLabels: Sendable {
    private let files = Mutex<Set<String>>([])

    func add(_ file: String) { files.withLock { _ = $0.insert(file) } }

    var notice: String? {
        files.withLock { files in
            guard let first = files.min() else { return nil }
            let others = files.count > 1 ? " and \(files.count - 1) more" : ""
            return "The palette of \(first)\(others) has the classes in another order: pixels were told by their colours."
        }
    }
}
