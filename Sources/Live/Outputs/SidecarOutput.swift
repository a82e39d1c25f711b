/// An output with a sidecar: what it writes is told of, frame by frame, in a file beside it.
///
/// Threading: its lane's thread.
final class SidecarOutput: FrameOutput {
    private let output: any FrameOutput
    private let sidecar: SidecarFile
    private let names: [String]
    private var counts = [Int](repeating: 0, count: 1024)

    /// - Parameters:
    ///   - path: the output's.
    ///   - names: the classes', by index.
    init(_ output: any FrameOutput, path: String, classes names: [String]) throws(LiveError) {
        (self.output, self.names) = (output, names)
        sidecar = try SidecarFile(for: path)
    }

    func wants(_ slot: FrameSlot) -> Bool { output.wants(slot) }

    func write(_ slot: FrameSlot) throws(LiveError) {
        try output.write(slot)
        try sidecar.add(SidecarLine(slot, classes: names, counts: &counts))
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
