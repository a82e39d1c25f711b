/// Which frames of a source are labeled.
public struct FrameSelection: Sendable, Equatable {
    /// Every `stride`-th frame, counted from the source's first.
    public var stride: Int
    /// Indices in the source.
    public var range: Range<Int>

    /// Every frame.
    public static let all = FrameSelection()

    public init(stride: Int = 1, range: Range<Int> = 0..<Int.max) {
        precondition(stride > 0, "every \(stride)th frame")
        (self.stride, self.range) = (stride, range)
    }

    /// Whether a frame is labeled, by its index in the source, counted from 0.
    public func takes(_ index: Int) -> Bool {
        range.contains(index) && index % stride == 0
    }

    /// Whether nothing at or after `index` is taken.
    public func isPast(_ index: Int) -> Bool {
        index >= range.upperBound
    }
}

extension FrameSelection {
    /// How many of a source's `total` frames are taken.
    public func count(of total: Int) -> Int {
        let upper = min(total, range.upperBound)
        guard upper > range.lowerBound else { return 0 }
        return taken(before: upper) - taken(before: range.lowerBound)
    }

    private func taken(before end: Int) -> Int { end > 0 ? (end - 1) / stride + 1 : 0 }
}
