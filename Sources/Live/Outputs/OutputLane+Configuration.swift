import Configuration
import RoadScenes

extension OutputLane {
    /// The lane of an output of `camber run`.
    package static func make(_ output: Configuration.Output, number: Int, classes: ClassSet) -> OutputLane {
        let name = "\(output.kind.rawValue)-\(number)"
        let isPicture = output.kind == .overlay || output.kind == .picture
        return OutputLane(name, needsPicture: isPicture, policy: .drop, capacity: 2) {
            slot throws(LiveError) -> any FrameOutput in
            try OutputFolder.make(for: output.file)
            switch output.kind {
            case .picture:
                return PictureOutput(
                    output.file, every: output.every, classes: classes, first: slot, showsUncertainty: output.uncertainty)
            case .event: preconditionFailure("an output of events has a recorder")
            case .overlay, .masks, .confidence:
                return try SegmentedOutput(output.file, length: output.segment, limits: output.limits, first: slot) {
                    path, slot throws(LiveError) -> any FrameOutput in
                    let recording = try recording(output, path, classes, slot)
                    return output.sidecar
                        ? try SidecarOutput(recording, path: path, classes: classes.names, isLive: true) : recording
                }
            }
        }
    }

    private static func recording(
        _ output: Configuration.Output, _ path: String, _ classes: ClassSet, _ slot: FrameSlot
    ) throws(LiveError) -> any FrameOutput {
        switch output.kind {
        case .overlay:
            try OverlayOutput(
                path, classes: classes, first: slot, showsStatus: true, showsUncertainty: output.uncertainty, isLive: true)
        case .masks where path.hasSuffix("/"): try MaskFolderOutput(path, classes: classes, first: slot)
        case .masks: try MaskOutput(path, classes: classes, first: slot, isLive: true)
        case .confidence: try MaskOutput(path, content: .confidence, classes: classes, first: slot, isLive: true)
        case .picture, .event: preconditionFailure("no recording of labels")
        }
    }
}
