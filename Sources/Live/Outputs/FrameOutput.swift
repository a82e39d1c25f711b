/// Somewhere labeled frames go.
///
/// Threading: opened, written and closed by its lane's thread.
public protocol FrameOutput: AnyObject {
    /// Whether this frame is to be written: an output may take only some.
    func wants(_ slot: FrameSlot) -> Bool
    /// Writes one labeled frame; the slot is only valid during the call.
    func write(_ slot: FrameSlot) throws(LiveError)
    /// Writes what is pending and closes the file.
    func close() throws(LiveError)
}

extension FrameOutput {
    public func wants(_ slot: FrameSlot) -> Bool { true }
}
