import Foundation

/// One frame in the spool with its pseudo-label: what is known of it, and where its files are.
public struct SpoolItem: Sendable, Equatable, Codable, Identifiable {
    /// Grows with every item, whatever the clock does; never used twice.
    public let id: Int64
    public let time: Date
    /// What speaks against that time; nil where nothing does.
    public let clock: ClockDoubt?
    public let source: String
    public let frameNumber: Int
    /// The fingerprint of the bundle that labeled it.
    public let model: String
    /// The confidence, 0…1, from which labels were trusted, where the gate had no precision to go by or the model no calibration.
    public let threshold: Double
    /// The share of pixels that were trusted: 0…1.
    public let selectedRatio: Double
    /// The classes that the labels count, in the order of their indices.
    public let classNames: [String]
    /// Pixels of each class; void is what is missing to width × height.
    public let classPixels: [Int]
    public let width: Int
    public let height: Int
    /// Units: bytes of all its pictures together.
    public let bytes: Int
    public let frameChecksum: String
    public let labelChecksum: String
    /// Nil where no frame before it was kept.
    public let beforeChecksum: String?
    public let isPinned: Bool
    /// How much a person could add to a frame that waits for one, 0…1; nil for frames that are learned from.
    public let unsureness: Double?
    /// A JPEG.
    public let framePath: String
    /// A PNG of class indices with the classes' palette; 255 is void.
    public let labelPath: String
    /// A JPEG of the frame that came just before; nil where none was kept.
    public let beforePath: String?
    /// The frame as large as the camera gave it; nil where it is kept no larger than the network saw it.
    public let original: Original?

    /// A JPEG for people to label.
    public struct Original: Sendable, Equatable, Codable {
        public let path: String
        /// Units: pixels.
        public let width: Int
        public let height: Int
        public let checksum: String
    }

    /// The largest picture that is kept of it.
    public var largestPath: String { original?.path ?? framePath }
    /// Units: pixels; that picture's.
    public var largestSize: (width: Int, height: Int) { original.map { ($0.width, $0.height) } ?? (width, height) }

    /// Whether it waits for a person: nothing is learned from it before.
    public var isUnsure: Bool { unsureness != nil }

    /// The share of all pixels that each class has, by its name: 0…1.
    public var classShares: [String: Double] {
        let pixels = Double(max(width * height, 1))
        return Dictionary(zip(classNames, classPixels.map { Double($0) / pixels }), uniquingKeysWith: { first, _ in first })
    }
}
