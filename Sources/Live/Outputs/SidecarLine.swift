import Foundation
import RoadScenes
import Status
import Store
import Video

/// What a sidecar says of one frame.
public struct SidecarLine: Sendable, Codable, Equatable {
    public var frame: Int
    /// Units: seconds in the source.
    public var time: Double
    /// When it was taken, such as 2026-11-27T14:05:30.480Z; nil where nothing tells.
    public var utc: String?
    /// Why that may be wrong, as the spool's records say it; nil where nothing speaks against it.
    public var clock: ClockDoubt?
    /// Share of the pixels that are not void by class name, 0…1; classes that are not there are left out.
    public var classes: [String: Double]
    /// On an unfamiliar road, the share of the pixels that should be right, 0…1.
    public var unfamiliar: Double?
    /// Mean over the pixels that are not void, 0…1; nil where nothing judges the labels.
    public var confidence: Double?
    public var position: GeoPosition?
    /// Part of the frame was missing; nil where none was.
    public var damaged: Bool?

    /// - Parameter counts: pixels by class index; 1024 places.
    init(_ slot: FrameSlot, classes names: [String], counts: inout [Int]) {
        let pixels = Double(max(1, slot.classMap.countClasses(&counts)))
        (frame, time) = (slot.stamp.index, Self.rounded(slot.stamp.time.seconds, 1e6))
        utc = slot.circumstances.time.map { UTCTime.text($0.seconds) }
        clock = slot.circumstances.time?.doubt
        classes = [:]
        for (name, count) in zip(names, counts) where count > 0 {
            classes[name] = Self.rounded(Double(count) / pixels + (classes[name] ?? 0), 1e5)
        }
        unfamiliar = slot.unfamiliar
        confidence = slot.confidence.map { Self.rounded(Self.mean($0.bytes, where: slot.classMap.bytes), 1e4) }
        position = slot.circumstances.position
        damaged = slot.stamp.isDamaged ? true : nil
    }

    private static func rounded(_ value: Double, _ places: Double) -> Double { (value * places).rounded() / places }

    private static func mean(_ confidence: PixelValues<UInt8>, where labels: PixelValues<UInt8>) -> Double {
        var (sum, count) = (0, 0)
        for place in labels.indices where labels[place] != ClassSet.void {
            sum += Int(confidence[place])
            count += 1
        }
        return Double(sum) / 255 / Double(max(1, count))
    }
}
