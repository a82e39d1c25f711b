import CKernels

/// Which source pixels make up each pixel along one axis of a resized, cropped and perhaps mirrored picture.
///
/// The weights are a triangle as wide as the coarser of the two grids: bilinear when enlarging, averaging when reducing.
struct ResizeTaps {
    /// Weights per pixel.
    let taps: Int
    /// Shape: count; the first source pixel of each.
    private var first: [Int32] = []
    /// Shape: count × taps; they sum up to 1.
    private var weights: [Float] = []
    /// Shape: count; the source pixel that each lies in, -1 outside the picture.
    private(set) var nearest: [Int] = []
    /// The pixels that lie in the picture.
    let inside: Range<Int>

    /// - Parameters:
    ///   - size: of the source.
    ///   - scaled: of the whole resized picture.
    ///   - start: the crop's first pixel in it.
    init(from size: Int, to scaled: Int, first start: Int, count: Int, isMirrored: Bool) {
        let ratio = Double(size) / Double(scaled)
        let reach = max(1, ratio)
        taps = min(size, Int((2 * reach).rounded(.up)) + 1)
        first.reserveCapacity(count)
        weights.reserveCapacity(count * taps)
        nearest.reserveCapacity(count)
        for index in 0..<count {
            let position = start + (isMirrored ? count - 1 - index : index)
            let centre = (Double(position) + 0.5) * ratio
            let isInside = position >= 0 && position < scaled
            nearest.append(isInside ? min(size - 1, Int(centre)) : -1)
            let low = max(0, min(size - taps, Int((centre - reach).rounded(.down))))
            first.append(Int32(low))
            let shares = (0..<taps).map { max(0, 1 - abs(Double(low + $0) + 0.5 - centre) / reach) }
            let sum = shares.reduce(0, +)
            weights += shares.map { isInside ? Float($0 / sum) : 0 }
        }
        let low = nearest.firstIndex { $0 >= 0 } ?? 0
        inside = low..<(nearest.lastIndex { $0 >= 0 }.map { $0 + 1 } ?? low)
    }

    /// The pixels inside, as the resizing loop reads them; valid within the call.
    func withAxis(_ body: (cp_axis) -> Void) {
        first.withUnsafeBufferPointer { first in
            weights.withUnsafeBufferPointer { weights in
                body(
                    cp_axis(
                        count: Int32(inside.count), taps: Int32(taps), first: first.baseAddress! + inside.lowerBound,
                        weights: weights.baseAddress! + inside.lowerBound * taps))
            }
        }
    }
}
