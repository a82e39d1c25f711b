import Store

/// Where the gate puts frames: the spool, and doubles of it in tests.
///
/// Threading: the gate's thread.
public protocol FrameKeeper: AnyObject, Sendable {
    var limits: SpoolLimits { get }
    func keep(_ entry: SpoolEntry) throws(StoreError)
    func signatures() throws(StoreError) -> [[UInt8]]
    /// How many frames wait for a person, and how much one could add to the one that goes first; nil where none can go.
    func unsure() throws(StoreError) -> (items: Int, least: Double?)
    /// How many frames to learn from are there, and how many bytes all take.
    func held() throws(StoreError) -> (items: Int, bytes: Int)
}
