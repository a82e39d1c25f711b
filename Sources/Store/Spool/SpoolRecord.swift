import Foundation
import RoadScenes

/// What lies beside an item's pictures as JSON: all that is known of it, so that the index can be made anew at any time.
struct SpoolRecord: Sendable, Equatable, Codable {
    /// The newest form of this file that is read and written.
    static let format = 2
    /// Of frames that are learned from: older programs read it, and would learn from the others too.
    static let learnedFormat = 1
    /// Names have eight digits.
    static let ids: ClosedRange<Int64> = 1...99_999_999
    /// Units: pixels.
    static let sides = 1...8192

    var format = Self.learnedFormat
    var id: Int64
    /// Units: seconds since 1970, whole milliseconds.
    var time: Double
    var clock: ClockDoubt?
    var source: String
    var frameNumber: Int
    var model: String
    var threshold: Double
    var selectedRatio: Double
    var classNames: [String]
    var classPixels: [Int]
    var width: Int
    var height: Int
    var frameBytes: Int
    var labelBytes: Int
    var frameChecksum: String
    var labelChecksum: String
    /// Of the frame before; nil where there is none.
    var beforeBytes: Int?
    var beforeChecksum: String?
    /// Nil where no larger frame is kept.
    var original: Original?
    var isPinned: Bool
    /// How much a person could add, 0…1; nil for frames that are learned from.
    var unsureness: Double?
    /// Base64 in JSON.
    var signature: Data

    /// The frame as large as the camera gave it.
    struct Original: Sendable, Equatable, Codable {
        var width: Int
        var height: Int
        var bytes: Int
        var checksum: String
    }

    var bytes: Int { frameBytes + labelBytes + (beforeBytes ?? 0) + (original?.bytes ?? 0) }

    /// What was written, by file.
    var pictures: [(file: SpoolFile, bytes: Int, checksum: String)] {
        var pictures = [(SpoolFile.frame, frameBytes, frameChecksum), (.label, labelBytes, labelChecksum)]
        if let beforeBytes, let beforeChecksum { pictures.append((.before, beforeBytes, beforeChecksum)) }
        if let original { pictures.append((.original, original.bytes, original.checksum)) }
        return pictures
    }

    /// The names of the classes that have enough pixels.
    var heldClasses: [String] {
        let least = max(Int(PseudoLabel.heldShare * Double(width * height)), 1)
        return zip(classNames, classPixels).filter { $1 >= least }.map(\.0)
    }

    /// Whether it can be believed: it may have been changed by hand, or by a failing disk.
    func isSound(_ id: Int64) -> Bool {
        format == (unsureness == nil ? Self.learnedFormat : Self.format) && (0...1).contains(unsureness ?? 0) && self.id == id
            && Self.ids.contains(id)
            && Self.sides.contains(width) && Self.sides.contains(height)
            && classNames.count == classPixels.count && Set(classNames).count == classNames.count
            && classPixels.allSatisfy { (0...width * height).contains($0) } && classPixels.reduce(0, +) <= width * height
            && (1...1 << 40).contains(frameBytes) && (1...1 << 40).contains(labelBytes)
            && (1...1 << 40).contains(beforeBytes ?? 1) && (beforeBytes == nil) == (beforeChecksum == nil)
            && original.map {
                Self.sides.contains($0.width) && Self.sides.contains($0.height) && (1...1 << 40).contains($0.bytes)
            } ?? true
            && (0...1).contains(threshold) && (0...1).contains(selectedRatio) && abs(time) < 1e11
    }

    func item(in folder: String) -> SpoolItem {
        SpoolItem(
            id: id, time: Date(timeIntervalSince1970: time), clock: clock, source: source, frameNumber: frameNumber, model: model,
            threshold: threshold, selectedRatio: selectedRatio, classNames: classNames, classPixels: classPixels, width: width,
            height: height, bytes: bytes, frameChecksum: frameChecksum, labelChecksum: labelChecksum,
            beforeChecksum: beforeChecksum, isPinned: isPinned, unsureness: unsureness,
            framePath: "\(folder)/\(SpoolFile.frame.name(id))",
            labelPath: "\(folder)/\(SpoolFile.label.name(id))",
            beforePath: beforeBytes.map { _ in "\(folder)/\(SpoolFile.before.name(id))" },
            original: original.map {
                .init(path: "\(folder)/\(SpoolFile.original.name(id))", width: $0.width, height: $0.height, checksum: $0.checksum)
            })
    }
}
