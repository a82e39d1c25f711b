import Foundation
import Overlay
import RoadScenes
import Synchronization
import Video

/// The live picture: a frame is taken and encoded only when somebody asks, and once for all who ask at that moment.
///
/// Threading: any; one after the other.
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
    /// Whoever makes a picture holds it: the others wait, and find that picture.
    private let state = Mutex(State())

    init(_ daemon: any DashboardDaemon) {
        self.daemon = daemon
    }

    /// The next picture newer than number `after`.
    ///
    /// - Throws: where no frame comes, or there is no such view.
    func next(_ view: PictureView, after: Int) throws(DashboardError) -> Encoded {
        PageWork.giveWay()
        return try state.withLock { state throws(DashboardError) in
            if let last = state.pictures[view] {
                let age = last.taken.duration(to: .now)
                if age < Self.period {
                    if last.encoded.number > after { return last.encoded }
                    // Nobody else makes pictures meanwhile: this rest is everybody's.
                    Thread.sleep(forTimeInterval: (Self.period - age) / .seconds(1))
                }
            }
            let picture = try paint(view, &state)
            state.number += 1
            let encoded = Encoded(number: state.number, jpeg: try ImageFile.jpeg(picture, quality: Self.quality))
            state.pictures[view] = (encoded, .now)
            return encoded
        }
    }

    /// What the model sees now.
    ///
    /// - Throws: where no frame comes.
    func sight() throws(DashboardError) -> Sight {
        PageWork.giveWay()
        return try state.withLock { state throws(DashboardError) in
            if let sight = state.sight, sight.taken.duration(to: .now) < .seconds(1) { return sight }
            return try frame(&state).sight
        }
    }

    private func paint(_ view: PictureView, _ state: inout State) throws(DashboardError) -> RGBImage {
        switch view {
        case .camera: return try frame(&state).picture
        case .overlay:
            let frame = try frame(&state)
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

    /// The picture and its classes are the daemon's until the next call.
    private func frame(
        _ state: inout State
    ) throws(DashboardError) -> (picture: RGBImage, classMap: GrayImage, sight: Sight) {
        // Those who wait in line for a source that is gone are told at once.
        let isGone = state.missed.map { $0.duration(to: .now) < Self.patience } ?? false
        guard !isGone, let frame = daemon.nextFrame(within: Self.patience) else {
            if !isGone { state.missed = .now }
            throw DashboardError(.refused, "No frame comes.", remedy: "The source's state says why.")
        }
        let classes = daemon.classes
        state.number += 1
        state.missed = nil
        let sight = Sight(
            number: state.number, taken: .now, classes: classes, shares: frame.classMap.classShares(classes.count))
        state.sight = sight
        return (frame.picture, frame.classMap, sight)
    }
}
