/// Numbers of things, for people: `1 frame`, `2 frames`.
public enum CountText {
    /// - Parameter one: what a single thing is called; its plural has an `s` behind it.
    public static func text(_ count: Int, _ one: String) -> String { "\(count) \(one)\(count == 1 ? "" : "s")" }
}
