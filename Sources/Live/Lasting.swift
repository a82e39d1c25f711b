/// Something that lasts: tells once that it began, and once that it ended.
struct Lasting {
    enum Change {
        case began, ended
    }

    private var isOn = false

    /// Nil where it is as it was.
    mutating func change(to now: Bool) -> Change? {
        defer { isOn = now }
        return now == isOn ? nil : now ? .began : .ended
    }
}
