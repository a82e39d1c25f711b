import Foundation
import Store

/// Which recording a picture is of, and where in it, as far as its name or its origin tells: `0016E5_07959` is frame 7959 of
/// `0016E5`.
package struct DriveMoment: Equatable {
    /// What is nearer shows the same street. Units: seconds.
    static let nearTime = 5.0
    /// Of cameras whose times are not known.
    private static let framesPerSecond = 30.0

    package let drive: String
    package let frame: Int
    /// Nil where only the name is known, or the clock was not set.
    private let time: Date?

    /// Nil for names that do not end in a number behind something else.
    package init?(name: String) {
        let stem = name.split(separator: "/").last.map(String.init) ?? name
        let digits = stem.reversed().prefix { $0.isASCII && $0.isNumber }
        let drive = stem.dropLast(digits.count).trimmingCharacters(in: CharacterSet(charactersIn: "_-. "))
        guard !drive.isEmpty, digits.count >= 3, let frame = Int(String(digits.reversed())) else { return nil }
        (self.drive, self.frame, time) = (drive.lowercased(), frame, nil)
    }

    package init(_ item: SpoolItem) { self.init(source: item.source, item.frameNumber, item.time, item.clock) }

    init(_ origin: FrameOrigin) { self.init(source: origin.source, origin.frame, origin.time, origin.clock) }

    private init(source: String, _ frame: Int, _ time: Date, _ clock: ClockDoubt?) {
        drive = DriveName.stem(of: source).lowercased()
        (self.frame, self.time) = (frame, clock == .unset ? nil : time)
    }

    func isNear(_ other: DriveMoment, seconds: Double = Self.nearTime) -> Bool {
        guard drive == other.drive else { return false }
        // A camera's frames are counted anew from every start on.
        if let time, let then = other.time { return abs(time.timeIntervalSince(then)) <= seconds }
        let (distance, overflows) = frame.subtractingReportingOverflow(other.frame)
        return !overflows && Double(distance.magnitude) <= seconds * Self.framesPerSecond
    }
}
