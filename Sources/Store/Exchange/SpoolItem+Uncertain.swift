import Foundation

extension Sequence<SpoolItem> {
    /// Units: seconds; frames that are nearer to each other show the same street.
    private static var stretch: Double { 10 }

    /// The items that a person should see first: those that wait for one, then those of whose pixels the least were trusted; of other
    /// stretches of road as long as there are any.
    public func mostUncertain(_ count: Int) -> [SpoolItem] {
        let sorted = sorted { ($0.unsureness ?? -1, -$0.selectedRatio) > ($1.unsureness ?? -1, -$1.selectedRatio) }
        var chosen: [SpoolItem] = []
        for item in sorted where chosen.count < count {
            let isNear = chosen.contains {
                $0.source == item.source && abs($0.time.timeIntervalSince(item.time)) < Self.stretch
            }
            if !isNear { chosen.append(item) }
        }
        let ids = Set(chosen.map(\.id))
        return chosen + sorted.filter { !ids.contains($0.id) }.prefix(count - chosen.count)
    }
}
