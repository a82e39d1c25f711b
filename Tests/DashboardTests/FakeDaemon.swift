import Dashboard
import Foundation
import RoadScenes
import Status
import Synchronization
import Video

/// A daemon that does what a test says.
final class FakeDaemon: DashboardDaemon {
    struct State {
        var status = DaemonStatus(
            version: "7.8.9", source: .init(location: "camera", state: .running),
            model: ModelFacts(
                file: "4.safetensors", number: 4, fingerprint: "0123456789abcdef", isConfidenceTrained: true,
                classes: ["road", "sky", "person"],
                width: 48, height: 32))
        /// Whether frames come.
        var givesFrames = true
        var hasLooked = true
        var learnerIsBusy = false
        var learnCalls = 0
        var framesTaken = 0
    }

    let state = Mutex(State())
    let classes = ClassSet([.init("road", 128, 64, 128), .init("sky", 70, 130, 180), .init("person", 220, 20, 60)])

    init() {
        state.withLock { state in
            state.status.frames = 100
            state.status.drops = ["late": 3, "surplus": 40]
            state.status.deliveredFps = 9.75
            state.status.gate = GateReport(decisions: ["spooled": 5, "too_similar": 6])
        }
    }

    func status() -> DaemonStatus { state.withLock { $0.status } }

    func latency(upTo bounds: [Double]) -> LatencyBuckets {
        LatencyBuckets(bounds: bounds, counts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 10, 10], count: 11, sum: 12.5)
    }

    func learn() throws(DashboardError) {
        let isBusy = state.withLock { state in
            if !state.learnerIsBusy { state.learnCalls += 1 }
            return state.learnerIsBusy
        }
        if isBusy { throw DashboardError(.conflict, "The learner is running already.") }
    }

    /// Three quarters road, one quarter sky.
    func nextFrame(within time: Duration) -> (picture: RGBImage, classMap: GrayImage)? {
        let gives = state.withLock { state in
            state.framesTaken += 1
            return state.givesFrames
        }
        guard gives else { return nil }
        let (picture, map) = (RGBImage(width: 48, height: 32), GrayImage(width: 48, height: 32))
        for index in map.bytes.indices { map.bytes[index] = index < 384 ? 1 : 0 }
        picture.bytes.fill(with: 200)
        return (picture, map)
    }

    func lastLook() -> (picture: RGBImage, confidence: GrayImage)? {
        guard state.withLock({ $0.hasLooked }) else { return nil }
        return (RGBImage(width: 48, height: 32), GrayImage(width: 48, height: 32, filledWith: 255))
    }
}
