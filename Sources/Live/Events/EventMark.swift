/// Why the video around a moment is kept.
public enum EventMark: Sendable, Hashable {
    case command
    case signal
    /// A class has passed its limit.
    case share(of: String)
    case unfamiliarRoad

    /// For people.
    public var text: String {
        switch self {
        case .command: "camber mark"
        case .signal: "SIGUSR2"
        case .share(let name): name
        case .unfamiliarRoad: "unfamiliar road"
        }
    }
}
