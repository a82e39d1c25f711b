import Foundation
import Overlay
import RoadScenes
import Synchronization
import Video

/// The live picture: a frame is taken and encoded only when somebody asks, and once for all who ask at that moment.
///
/// Threading: any; the work is done by one worker.
final class LivePicture: Sendable {
    struct Encoded: Sendable {
        /// Grows with every frame taken, over all views.
        var number: Int
        var jpeg: [UInt8]
    }

    /// What is in view.
    struct Sight: Sendable {
        var number: Int
        var taken: ContinuousClock.Instant
        var classes: ClassSet
        /// 0…1, by class index.
        var shares: [Double]
    }

    /// Between two frames of a view.
    private static let period = Duration.milliseconds(100)
    /// Longer than this nobody waits for a frame.
    private static let patience = Duration.milliseconds(1500)
    private static let quality = 80

    private struct State {
        var number = 0
        var pictures: [PictureView: (encoded: Encoded, taken: ContinuousClock.Instant)] = [:]
        var sight: Sight?
        /// When a frame was last waited for in vain.
        var missed: ContinuousClock.Instant?
    }

    private let daemon: any DashboardDaemon
    private let worker = Worker("page-picture")
    private let state = Mutex(State())

    init(_ daemon: any DashboardDaemon) {
        self.daemon = daemon
    }

    func stop() { worker.stop() }

    /// The next picture newer than number `after`.
    ///
    /// - Throws: where no frame comes, or there is no such view.
    func next(_ view: PictureView, after: Int) async throws(DashboardError) -> Encoded {
        try await worker.run { [self] () throws(DashboardError) in
            if let last = state.withLock({ $0.pictures[view] }) {
                let age = last.taken.duration(to: .now)
                if age < Self.period {
                    if last.encoded.number > after { return last.encoded }
                    // The worker is the only one who makes pictures: its rest is everybody's.
                    Thread.sleep(forTimeInterval: (Self.period - age) / .seconds(1))
                }
            }
            let picture = try paint(view)
            let number = state.withLock { state in
                state.number += 1
                return state.number
            }
            let jpeg = try ImageFile.jpeg(picture, quality: Self.quality)
            let encoded = Encoded(number: number, jpeg: jpeg)
            state.withLock { $0.pictures[view] = (encoded, .now) }
            return encoded
        }
    }

    /// What the model sees now.
    ///
    /// - Throws: where no frame comes.
    func sight() async throws(DashboardError) -> Sight {
        try await worker.run { [self] () throws(DashboardError) in
            if let sight = state.withLock({ $0.sight }), sight.taken.duration(to: .now) < .seconds(1) { return sight }
            _ = try frame()
            guard let sight = state.withLock({ $0.sight }) else { preconditionFailure("a frame without a sight") }
            return sight
        }
    }

    // MARK: The worker's part

    private func paint(_ view: PictureView) throws(DashboardError) -> RGBImage {
        switch view {
        case .camera: return try frame().picture
        case .overlay:
            let frame = try frame()
            return ClassTints(palette: daemon.classes.palette).lay(frame.classMap, over: frame.picture)
        case .confidence:
            guard let look = daemon.lastLook() else {
                throw DashboardError(
                    .missing, "There is no confidence to show: the gate has not looked at a frame.",
                    remedy: "It does so every 'gate.every', where the configuration has a section 'gate'.")
            }
            return PicturePainter.confidence(look.picture, look.confidence)
        }
    }

    private func frame() throws(DashboardError) -> (picture: RGBImage, classMap: GrayImage) {
        // Those who wait in line for a source that is gone are told at once.
        let isGone = state.withLock { $0.missed.map { $0.duration(to: .now) < Self.patience } ?? false }
        let frame = isGone ? nil : daemon.nextFrame(within: Self.patience)
        guard let frame else {
            if !isGone { state.withLock { $0.missed = .now } }
            throw DashboardError(.refused, "No frame comes.", remedy: "The source's state says why.")
        }
        let classes = daemon.classes
        let shares = frame.classMap.classShares(classes.count)
        state.withLock { state in
            state.number += 1
            state.missed = nil
            state.sight = Sight(number: state.number, taken: .now, classes: classes, shares: shares)
        }
        return frame
    }
}
