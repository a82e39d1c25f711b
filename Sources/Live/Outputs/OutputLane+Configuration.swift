import RoadScenes

extension OutputLane {
    /// The lane of an output of `camber run`.
    static func make(_ output: Configuration.Output, number: Int, classes: ClassSet) -> OutputLane {
        let name = "\(output.kind.rawValue)-\(number)"
        let isPicture = output.kind == .overlay || output.kind == .picture
        return OutputLane(name, needsPicture: isPicture, policy: .drop, capacity: 2) {
            slot throws(LiveError) -> any FrameOutput in
            switch output.kind {
            case .picture:
                return PictureOutput(output.file, every: output.every, classes: classes, first: slot)
            case .masks where output.file.hasSuffix("/"):
                return try MaskFolderOutput(output.file, classes: classes, first: slot)
            case .overlay, .masks, .confidence:
                return try SegmentedOutput(output.file, length: output.segment, first: slot) { path, slot throws(LiveError) in
                    try video(output.kind, path, classes, slot)
                }
            }
        }
    }

    private static func video(
        _ kind: Configuration.Output.Kind, _ path: String, _ classes: ClassSet, _ slot: FrameSlot
    ) throws(LiveError) -> any FrameOutput {
        switch kind {
        case .overlay: try OverlayOutput(path, classes: classes, first: slot, showsStatus: true, startsAtZero: true)
        case .masks: try MaskOutput(path, first: slot, startsAtZero: true)
        case .confidence: try MaskOutput(path, content: .confidence, first: slot, startsAtZero: true)
        case .picture: preconditionFailure("a picture is no video")
        }
    }
}
