import Dashboard
import Foundation
import RoadScenes
import Synchronization
import Video

/// A daemon that does what a test says.
final class FakeDaemon: DashboardDaemon {
    struct State {
        var readings = DaemonReadings()
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
            state.readings.version = "7.8.9"
            state.readings.frames = 100
            state.readings.sourceState = "running"
            state.readings.drops = ["late": 3, "surplus": 40]
            state.readings.deliveredRate = 9.75
            state.readings.latency = .init(counts: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 10, 10], count: 11, sum: 12.5)
            state.readings.modelNumber = 4
            state.readings.modelFingerprint = "0123456789abcdef"
            state.readings.gateDecisions = ["spooled": 5, "too_similar": 6]
        }
    }

    func readings() -> DaemonReadings { state.withLock { $0.readings } }
    func status() -> Data { Data(#"{"version":"7.8.9"}"#.utf8) }

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
