import Foundation
import RoadScenes
import Status
import Video

/// What the page needs of the daemon that it belongs to.
///
/// Threading: any, unless a member says otherwise.
public protocol DashboardDaemon: Sendable {
    /// The classes of the model in use, with their colours.
    var classes: ClassSet { get }

    func status() -> DaemonStatus

    /// Latencies since the start.
    ///
    /// - Parameter bounds: units: seconds, ascending.
    func latency(upTo bounds: [Double]) -> LatencyBuckets

    /// Starts one run of the learner.
    ///
    /// - Throws: where it cannot be started, or one is running.
    func learn() throws(DashboardError)

    /// The next frame with its class map, of one size; nil where none came in `time`.
    ///
    /// Threading: one thread at a time, which may use both until the next call.
    func nextFrame(within time: Duration) -> (picture: RGBImage, classMap: GrayImage)?

    /// The last frame that the gate looked at, and its confidence, 0…255 for 0…1; nil where there is none.
    func lastLook() -> (picture: RGBImage, confidence: GrayImage)?
}
