/// What a `VideoSource` reads its frames from.
protocol FrameReader: AnyObject {
    var info: VideoInfo { get }
    /// Frames lost or damaged so far.
    var damaged: Int { get }
    /// Those among them that the header promises and the recording does not hold; known at its end.
    var missing: Int { get }
    /// Pictures of a folder that gave no frame, each with the reason; of many the first. They are among the notices too.
    var lost: [String] { get }
    /// What is worth saying once of the source, oldest first.
    var notices: [String] { get }

    /// - Returns: false at the end, or where it was cancelled.
    func read(into frame: VideoFrame) throws(VideoError) -> Bool
}

extension FrameReader {
    var missing: Int { 0 }
    var lost: [String] { [] }
}
