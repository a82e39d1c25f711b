import CKernels
import Video

/// How a picture comes to another size: each axis by itself, scaled, cropped and perhaps mirrored.
struct PictureResize {
    let columns: ResizeTaps
    let rows: ResizeTaps

    /// The colour outside of pictures: ImageNet's mean, which is zero for the network.
    static let outside: [UInt8] = [124, 116, 104]

    /// Every pixel of the target is overwritten, those outside of the source with `outside`.
    func draw(_ source: RGBImage, into target: RGBImage) {
        if rows.inside.count < target.height || columns.inside.count < target.width {
            target.fill(Self.outside)
        }
        guard !rows.inside.isEmpty, !columns.inside.isEmpty else { return }
        var scratch = [Float](repeating: 0, count: (rows.taps + 1) * columns.inside.count * 3)
        columns.withAxis { columnAxis in
            rows.withAxis { rowAxis in
                var (columnAxis, rowAxis) = (columnAxis, rowAxis)
                let place = rows.inside.lowerBound * target.rowBytes + columns.inside.lowerBound * 3
                source.bytes.withPointer { from in
                    target.bytes.withPointer { to in
                        cp_resize(
                            from, source.rowBytes, &columnAxis, &rowAxis, &scratch, to + place, target.rowBytes)
                    }
                }
            }
        }
    }

    /// The nearest pixel of the source each, `outside` where there is none.
    func pick<Value>(
        _ source: UnsafePointer<Value>, width sourceWidth: Int, outside: Value, into target: UnsafeMutablePointer<Value>
    ) {
        let width = columns.nearest.count
        columns.nearest.withUnsafeBufferPointer { nearest in
            for (y, row) in rows.nearest.enumerated() {
                let line = target + y * width
                guard row >= 0 else {
                    line.update(repeating: outside, count: width)
                    continue
                }
                let sourceLine = source + row * sourceWidth
                for x in 0..<width { line[x] = nearest[x] < 0 ? outside : sourceLine[nearest[x]] }
            }
        }
    }

    func pick(_ source: GrayImage, outside: UInt8, into target: GrayImage) {
        source.bytes.withPointer { from in
            target.bytes.withPointer { pick(from, width: source.width, outside: outside, into: $0) }
        }
    }
}
