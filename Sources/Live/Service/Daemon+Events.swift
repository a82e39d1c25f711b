import Configuration
import Files
import Foundation
import Logging
import RoadScenes
import Threads
import Video

/// What `camber mark` gets to hear.
public struct MarkAnswer: Codable, Sendable, Equatable {
    /// The outputs that keep the video around now.
    public var marked: [String]
    /// Why the others keep nothing.
    public var refused: [String]
    /// Units: seconds; the longest of them keeps so much before and after.
    public var before: Double
    public var after: Double
}

extension Daemon {
    /// What there is for one output of events.
    struct EventParts {
        /// In the list of outputs.
        var place: Int
        var recorder: EventRecorder
        var ring: PacketRing
        var lane: OutputLane
    }

    /// - Throws: where a class of `when` is none of the model's.
    static func events(
        _ configuration: Configuration, _ classes: ClassSet, _ logger: Logger
    ) throws(LiveError) -> [EventParts] {
        var parts: [EventParts] = []
        for (place, output) in configuration.outputs.enumerated() {
            guard let event = output.event else { continue }
            if let problem = event.problem(with: classes.names) { throw problem }
            let name = "\(output.kind.rawValue)-\(place + 1)"
            let ring = PacketRing(seconds: event.before.inSeconds, bytes: event.memory)
            let recorder = EventRecorder(
                name, .init(file: output.file, before: event.before, after: event.after, limits: output.limits), ring: ring
            ) { observe($0, event, name, logger) }
            let lane = OutputLane(name, needsPicture: false, policy: .drop, events: { recorder.report() }) { _ in
                EventWatch(shares: event.limits, watchesRoad: event.unfamiliar, classes: classes.names) { recorder.mark($0) }
            }
            parts.append(EventParts(place: place, recorder: recorder, ring: ring, lane: lane))
        }
        return parts
    }

    private static func observe(
        _ event: EventRecorder.Event, _ settings: Configuration.Event, _ name: String, _ logger: Logger
    ) {
        switch event {
        case .began(let file, let mark): logger.notice("\(name): \(file) begins", metadata: ["mark": "\(mark)"])
        case .kept(let event):
            logger.notice(
                "\(name): \(event.files.joined(separator: ", ")) is whole",
                metadata: [
                    "seconds": "\(String(format: "%.1f", event.seconds))", "marks": "\(event.marks.joined(separator: ", "))",
                ])
        // The output's state says what; this says when.
        case .failed: logger.debug("\(name): an event was given up")
        case .short(let seconds):
            logger.warning(
                "\(name): 'memory: \(ByteText.text(settings.memory))' holds less of this source than 'before: \(settings.before.text)'",
                metadata: ["held": "\(String(format: "%.1f", seconds)) s"])
        case .gap: logger.warning("\(name): the disk is too slow; part of an event is missing")
        }
    }

    func markNow() {
        guard !events.isEmpty else {
            return logger.warning("SIGUSR2 marks an event, but the configuration has no output of the kind 'event'")
        }
        for recorder in events { recorder.mark(.signal) }
    }

    /// Marks, and says what that does, as JSON.
    var markAnswer: @Sendable () -> Data {
        let events = events
        return {
            for recorder in events { recorder.mark(.command) }
            let answer = MarkAnswer(
                marked: events.filter { $0.refusal == nil }.map(\.name), refused: events.compactMap(\.refusal),
                before: events.map { $0.settings.before.inSeconds }.max() ?? 0,
                after: events.map { $0.settings.after.inSeconds }.max() ?? 0)
            return ((try? JSONEncoder().encode(answer)) ?? Data()) + Data("\n".utf8)
        }
    }
}
