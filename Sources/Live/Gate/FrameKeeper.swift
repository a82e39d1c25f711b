import Store

/// Where the gate puts frames: the spool, and doubles of it in tests.
///
/// Threading: the gate's thread.
public protocol FrameKeeper: AnyObject, Sendable {
    var limits: SpoolLimits { get }
    func keep(_ entry: SpoolEntry) throws(StoreError)
    func signatures() throws(StoreError) -> [[UInt8]]
    /// How many frames are there, and how many bytes they take.
    func held() throws(StoreError) -> (items: Int, bytes: Int)
}
