import Video

/// An output with a sidecar: what it writes is told of, frame by frame, in a file beside it.
///
/// Threading: its lane's thread.
final class SidecarOutput: FrameOutput {
    private let output: any FrameOutput
    private let sidecar: SidecarFile
    private let names: [String]
    private let isLive: Bool
    /// Units: seconds in the source; when the lines before were brought to the disk.
    private var synced: Double?
    private var counts = [Int](repeating: 0, count: 1024)

    /// - Parameters:
    ///   - path: the output's.
    ///   - names: the classes', by index.
    ///   - isLive: whether what has been written is safe from a power cut after a few seconds.
    init(_ output: any FrameOutput, path: String, classes names: [String], isLive: Bool = false) throws(LiveError) {
        (self.output, self.names, self.isLive) = (output, names, isLive)
        sidecar = try SidecarFile(for: path)
    }

    func wants(_ slot: FrameSlot) -> Bool { output.wants(slot) }

    func write(_ slot: FrameSlot) throws(LiveError) {
        try output.write(slot)
        try sidecar.add(SidecarLine(slot, classes: names, counts: &counts))
        if isLive { try syncNowAndThen(slot.stamp.time.seconds) }
    }

    private func syncNowAndThen(_ time: Double) throws(LiveError) {
        // Times may jump back.
        if let synced {
            guard abs(time - synced) >= Double(VideoSink.syncSeconds) else { return }
            try sidecar.sync()
        }
        synced = time
    }

    func close() throws(LiveError) {
        try output.close()
        try sidecar.close()
    }

    /// The sidecar keeps its temporary name, like the output.
    func leave() throws(LiveError) -> String? { try output.leave() }

    var writtenBytes: Int { output.writtenBytes + sidecar.writtenBytes }

    var isGone: Bool { output.isGone || sidecar.isGone }
}
