import Status

/// Where a drive was from moment to moment.
public struct PositionTrack: Sendable, Equatable {
    public struct Point: Sendable, Equatable {
        /// Units: seconds on whatever line of time the track is of.
        public var time: Double
        public var position: GeoPosition
        /// Units: seconds since 1970; nil where the receiver did not say.
        public var utc: Double?

        public init(time: Double, position: GeoPosition, utc: Double? = nil) {
            (self.time, self.position, self.utc) = (time, position, utc)
        }
    }

    /// Units: seconds; over a longer gap nothing is known.
    static let longestGap = 10.0
    /// Units: seconds beyond its ends for which the last position counts.
    private static let reach = 2.0

    /// In the order of their times, of which no two are the same.
    public let points: [Point]

    public init(_ points: [Point]) {
        var last = -Double.infinity
        self.points = points.filter { $0.time.isFinite }.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
            .filter { point in
                defer { last = max(last, point.time) }
                return point.time > last
            }
    }

    /// Between two points on the straight line from one to the other; nil where the next ones are too far away in time.
    public func position(at time: Double) -> GeoPosition? {
        guard let (before, after) = neighbours(of: time) else { return nil }
        guard let before, let after else {
            let only = before ?? after
            return only.flatMap { abs($0.time - time) <= Self.reach ? $0.position : nil }
        }
        let gap = after.time - before.time
        guard gap <= Self.longestGap else {
            let near = time - before.time < after.time - time ? before : after
            return abs(near.time - time) <= Self.reach ? near.position : nil
        }
        return Self.between(before.position, after.position, (time - before.time) / gap)
    }

    /// What the receiver's clock says then; nil where it has said nothing near.
    public func utc(at time: Double) -> Double? {
        guard let (before, after) = neighbours(of: time) else { return nil }
        let near = [before, after].compactMap { $0 }.filter { $0.utc != nil }
            .min { abs($0.time - time) < abs($1.time - time) }
        guard let near, let utc = near.utc, abs(near.time - time) <= Self.longestGap else { return nil }
        return utc + time - near.time
    }

    /// The part between two times.
    public func clipped(to range: ClosedRange<Double>) -> PositionTrack {
        PositionTrack(points.filter { range.contains($0.time) })
    }

    /// The same on another line of time.
    public func shifted(by seconds: Double) -> PositionTrack {
        PositionTrack(points.map { Point(time: $0.time + seconds, position: $0.position, utc: $0.utc) })
    }

    /// The last point up to then and the first one after.
    private func neighbours(of time: Double) -> (Point?, Point?)? {
        guard !points.isEmpty, time.isFinite else { return nil }
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return (low > 0 ? points[low - 1] : nil, low < points.count ? points[low] : nil)
    }

    private static func between(_ a: GeoPosition, _ b: GeoPosition, _ part: Double) -> GeoPosition? {
        func mixed(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a + ($0 - a) * part } } ?? a }
        // The shorter way around.
        func turned(_ a: Double, _ b: Double) -> Double { a + ((b - a + 540).truncatingRemainder(dividingBy: 360) - 180) * part }
        var longitude = turned(a.longitude, b.longitude)
        if longitude > 180 { longitude -= 360 } else if longitude < -180 { longitude += 360 }
        let course = a.course.flatMap { a in b.course.map { turned(a, $0) } } ?? a.course
        // A centimeter: more digits are none of the receiver's.
        func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 }
        return GeoPosition(
            latitude: rounded(a.latitude + (b.latitude - a.latitude) * part), longitude: rounded(longitude),
            altitude: mixed(a.altitude, b.altitude), speed: mixed(a.speed, b.speed),
            course: course.map { ($0 + 360).truncatingRemainder(dividingBy: 360) })
    }
}
