/// One part of work that is split over several jobs: part `number` of `count`, counted from 1.
public struct Shard: Sendable, Equatable {
    public let number: Int
    public let count: Int

    /// Reads `2/5`. Nil for anything else.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
        self.init(number: number, of: count)
    }

    public init?(number: Int, of count: Int) {
        guard count >= 1, count <= 1_000_000, (1...count).contains(number) else { return nil }
        (self.number, self.count) = (number, count)
    }

    /// As it is read: `2/5`.
    public var text: String { "\(number)/\(count)" }

    /// Of several inputs: every `count`-th, so that all parts together have each input once.
    public func inputs<Input>(of all: [Input]) -> [Input] {
        all.indices.filter { $0 % count == number - 1 }.map { all[$0] }
    }

    /// Of one recording: a run of frames. The last part has no end, so that an estimate that is too small loses nothing.
    public func frames(of estimate: Int) -> Range<Int> {
        let estimate = max(0, min(estimate, Int.max / count))
        let lower = estimate * (number - 1) / count
        return lower..<(number == count ? Int.max : estimate * number / count)
    }
}
