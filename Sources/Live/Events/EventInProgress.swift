import Video

/// An event that is being recorded.
struct EventInProgress {
    /// The number of the packet that is due.
    var next: Int
    /// Units: seconds since 1970; of the first mark.
    let marked: Double
    /// Of the first mark, on the ring's line of time.
    let position: Double
    /// Units: seconds on the ring's line of time.
    private(set) var end: Double
    /// When the end should have come, on the recorder's clock.
    private(set) var due: Duration
    private(set) var marks: [String]
    /// Those that are whole.
    private(set) var files: [String] = []
    private(set) var file: PacketFile?
    /// Units: seconds of video in all files.
    private(set) var seconds = 0.0
    var waitsForKey = true
    var hasBegun: Bool { file != nil || !files.isEmpty }
    var lastArrival: Duration?

    init(next: Int, marked: Double, position: Double, end: Double, due: Duration, mark: String) {
        (self.next, self.marked, self.position, self.end, self.due, marks) = (next, marked, position, end, due, [mark])
    }

    /// A mark that comes while it is recorded.
    mutating func extend(to end: Double, at due: Duration, mark: String) {
        (self.end, self.due) = (max(self.end, end), max(self.due, due))
        if !marks.contains(mark) { marks.append(mark) }
    }

    /// Units: seconds; pictures are not reordered by more.
    private static let longestReordering = 1.0

    /// Whether a packet from behind the end is shown before it.
    func needs(_ packet: SourcePacket) -> Bool {
        packet.position <= end + Self.longestReordering && file?.isShownWithin(packet) == true
    }

    /// Writes a packet, into another file where it does not fit into the one at hand.
    mutating func write(_ packet: SourcePacket, _ shelf: EventShelf) throws(LiveError) {
        if waitsForKey, !packet.isKey { return }
        waitsForKey = false
        if let file, file.takes(packet), !(packet.isKey && shelf.isFull(file)) { return try file.append(packet) }
        try close(shelf)
        guard packet.isKey else {
            waitsForKey = true
            return
        }
        file = try shelf.make(for: packet, created: marked + packet.position - position)
    }

    /// Completes the file at hand.
    mutating func close(_ shelf: EventShelf) throws(LiveError) {
        guard let file else { return }
        self.file = nil
        try file.close()
        seconds += file.seconds
        files.append(file.path)
        shelf.add(file)
    }
}
