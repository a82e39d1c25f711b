import Files
import Foundation
import Status
import Store
import Video

/// When and where the frames of a recording were taken: by what its camera has written into it, and by a GPX file.
public struct RecordingCircumstances: Sendable {
    /// Of one recording; twenty a second are half a day.
    private static let mostPoints = 1_000_000

    /// What was assumed, left out or broken.
    public private(set) var notices: [String] = []
    /// In seconds of the recording; nil where nothing tells.
    public private(set) var track: PositionTrack?
    /// Units: seconds since 1970, of the moment that the recording counts from; nil where it says none.
    private let began: Double?
    /// Whether the track's own times are those of the frames.
    private var hasReceiverTime = false

    /// Looks for positions: in the GPX file that is named, in the recording itself, and in a GPX file beside it.
    ///
    /// - Parameter gpx: a file; nil where none is named.
    /// - Throws: where the file that is named cannot be read.
    public init(
        _ location: String, _ facts: SourceFacts, gpx: String? = nil, cancellation: Cancellation = Cancellation()
    ) throws(LiveError) {
        began = facts.created.map { $0 - facts.start }
        if let gpx {
            takeGPX(try GPXFile(contentsOf: gpx), gpx, facts)
            return
        }
        takeTelemetry(location, cancellation)
        let beside = Self.gpx(beside: location)
        guard track == nil, location != "-", FileID.size(of: location) != nil, access(beside, F_OK) == 0 else { return }
        do throws(LiveError) { takeGPX(try GPXFile(contentsOf: beside), beside, facts) } catch {
            notices.append("\(beside) is left out: \(error.description)")
        }
    }

    /// The file that has the positions of a recording, where there is one. Cameras that write capitals write `.GPX`.
    public static func gpx(beside recording: String) -> String {
        let files = [".gpx", ".GPX"].map { (recording as NSString).deletingPathExtension + $0 }
        return files.first { access($0, F_OK) == 0 } ?? files[0]
    }

    /// Of one frame.
    @Sendable public func of(_ stamp: FrameStamp) -> FrameCircumstances {
        let time = stamp.time.seconds
        let receiver = hasReceiverTime ? track?.utc(at: time).map { FrameTime($0, doubt: nil) } : nil
        // Nobody knows what kept a camera's clock in step.
        let camera = began.map { FrameTime($0 + time, doubt: .unsynchronized) }
        return FrameCircumstances(time: receiver ?? camera, position: track?.position(at: time))
    }

    /// Of its subtitles, its telemetry and what a dash camera keeps in boxes of its own.
    private mutating func takeTelemetry(_ location: String, _ cancellation: Cancellation) {
        guard FileID.size(of: location) != nil else { return }
        var sentences: [PositionTrack.Point] = []
        var telemetry: [PositionTrack.Point] = []
        var boxes: [PositionTrack.Point] = []
        var isTooMuch = false
        try? TelemetryStreams.read(location, cancellation: cancellation) { packet in
            isTooMuch = max(sentences.count, telemetry.count, boxes.count) >= Self.mostPoints
            if isTooMuch { return }
            switch packet.kind {
            case .text:
                if let fix = NMEAFix(in: packet.bytes) {
                    sentences.append(.init(time: packet.time, position: fix.position, utc: fix.utc))
                }
            case .gpmf: telemetry += GPMFPayload.points(in: packet.bytes, from: packet.time, lasting: packet.duration)
            case .freeGPS, .seventyMai:
                if let fix = packet.kind == .freeGPS ? DashCameraFix(block: packet.bytes) : DashCameraFix(entry: packet.bytes) {
                    boxes.append(.init(time: packet.time, position: fix.position, utc: fix.utc))
                }
            }
        }
        if isTooMuch { notices.append("Of the recording's own positions only the first \(Self.mostPoints) are used.") }
        guard let points = [sentences, telemetry, boxes].first(where: { !$0.isEmpty }) else { return }
        track = PositionTrack(points)
        hasReceiverTime = true
    }

    private mutating func takeGPX(_ file: GPXFile, _ path: String, _ facts: SourceFacts) {
        if file.withoutTime > 0 { notices.append("\(file.withoutTime) points of \(path) have no time and are left out.") }
        let whole = PositionTrack(file.points)
        guard let first = whole.points.first?.time, let last = whole.points.last?.time else {
            return notices.append("\(path) has no points with a time; no frame gets a position from it.")
        }
        let length = Double(facts.frameCount ?? 0) / max(facts.frameRate.value, 1e-3)
        if let began, began + facts.start <= last, began + facts.start + length >= first {
            track = whole.shifted(by: -began)
        } else {
            notices.append(
                "The recording \(began == nil ? "says no time" : "says a time that is not in \(path)"): it and \(path) are taken to begin "
                    + "at the same moment.")
            track = whole.shifted(by: facts.start - first)
        }
    }
}
