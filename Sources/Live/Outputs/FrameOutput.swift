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
    /// Like `close`, where not everything has come that was to be written: what there is keeps a name that says so.
    ///
    /// - Returns: that name; nil where nothing is left, or it says nothing.
    func leave() throws(LiveError) -> String?
    /// Units: bytes that have been written so far, where that can be told.
    var writtenBytes: Int { get }
    /// Whether somebody has taken away what is being written: it gets no name any more.
    var isGone: Bool { get }
}

extension FrameOutput {
    public func wants(_ slot: FrameSlot) -> Bool { true }

    public func leave() throws(LiveError) -> String? {
        try close()
        return nil
    }

    public var writtenBytes: Int { 0 }

    public var isGone: Bool { false }
}
