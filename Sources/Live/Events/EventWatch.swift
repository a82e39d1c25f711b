import Configuration
import RoadScenes
import Status
import Video

/// Looks at labeled frames, and marks where a class passes its limit or the road becomes unfamiliar. Writes nothing itself.
///
/// Threading: its lane's thread.
final class EventWatch: FrameOutput {
    private struct Limit {
        var name: String
        /// Of the class; several where classes share a name.
        var indices: [Int]
        /// 0…1.
        var share: Double
        var passing = Lasting(rest: .seconds(10))
    }

    private var limits: [Limit]
    private let watchesRoad: Bool
    private let mark: (EventMark) -> Void
    private var counts = [Int](repeating: 0, count: 1024)
    private var unfamiliarRoad = Lasting(rest: Familiarity.rest)

    /// - Parameters:
    ///   - shares: by class name, 0…1.
    ///   - watchesRoad: whether an unfamiliar road is a reason.
    init(shares: [ClassLimit], watchesRoad: Bool, classes: [String], mark: @escaping (EventMark) -> Void) {
        limits = shares.map { limit in
            Limit(name: limit.name, indices: classes.indices.filter { classes[$0] == limit.name }, share: limit.share)
        }
        (self.watchesRoad, self.mark) = (watchesRoad, mark)
    }

    /// Damaged frames do not show what is on the road: they mark nothing.
    func wants(_ slot: FrameSlot) -> Bool { (!limits.isEmpty || watchesRoad) && !slot.stamp.isDamaged }

    func write(_ slot: FrameSlot) {
        if watchesRoad, unfamiliarRoad.change(to: slot.unfamiliar != nil) == .began { mark(.unfamiliarRoad) }
        guard !limits.isEmpty else { return }
        let pixels = Double(max(1, slot.classMap.countClasses(&counts)))
        for place in limits.indices {
            let share = Double(limits[place].indices.reduce(0) { $0 + counts[$1] }) / pixels
            if limits[place].passing.change(to: share >= limits[place].share) == .began { mark(.share(of: limits[place].name)) }
        }
    }

    func close() {}
}
