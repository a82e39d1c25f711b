/// Where in a file the packets of each of its video streams lie.
struct StreamExtents {
    private struct Extent {
        var first, last: Int64
        var packets: Int
        /// One lay before the one that came before it.
        var goesBack = false
    }

    /// Fewer packets are no video that goes on.
    private static let fewest = 3

    private var extents: [Int32: Extent] = [:]

    /// - Parameter position: of the packet. Units: bytes; below 0 where unknown.
    mutating func add(_ stream: Int32, at position: Int64) {
        guard position >= 0 else { return }
        var extent = extents[stream] ?? Extent(first: position, last: position, packets: 0)
        if position < extent.last { extent.goesBack = true }
        extent.first = min(extent.first, position)
        extent.last = max(extent.last, position)
        extent.packets += 1
        extents[stream] = extent
    }

    /// Whether a stream's packets came one behind the other up to that position. Units: bytes.
    func goesOn(to position: Int64, in stream: Int32) -> Bool {
        extents[stream].map { $0.last >= position && !$0.goesBack } ?? false
    }

    /// Packets of streams that lie wholly before or after this one: the same video under another number, where those of a second
    /// camera lie between its own.
    func packetsApart(from stream: Int32) -> Int {
        guard let own = extents[stream] else { return 0 }
        let apart = extents.values.filter { $0.last < own.first || $0.first > own.last }
        return apart.filter { $0.packets >= Self.fewest }.reduce(0) { $0 + $1.packets }
    }
}
