/// Somewhere labeled frames go.
///
/// Threading: opened, written and closed by its lane's thread.
public protocol FrameOutput: AnyObject {
    /// Writes one labeled frame; the slot is only valid during the call.
    func write(_ slot: FrameSlot) throws(LiveError)
    /// Writes what is pending and closes the file.
    func close() throws(LiveError)
}
