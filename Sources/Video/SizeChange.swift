/// Tells once that the pictures of a recording are not all of one size.
struct SizeChange {
    private var first: (width: Int, height: Int)?
    private var isSaid = false

    /// What is worth saying of a frame that is larger or smaller than the first one; nil of all others, and where it was said.
    ///
    /// - Parameter place: what the frame is called.
    mutating func notice(of frame: VideoFrame, _ place: String) -> String? {
        guard let first else {
            first = (frame.width, frame.height)
            return nil
        }
        guard !isSaid, (frame.width, frame.height) != first else { return nil }
        isSaid = true
        return "The pictures differ in size: \(place) has \(frame.width)×\(frame.height) pixels, the first one "
            + "\(first.width)×\(first.height). Videos get the first one's size; masks in a folder keep each picture's own."
    }
}
