import RoadScenes
import Video

/// COCO's run lengths: the pixels of a mask column by column, runs of outside and inside in turn, outside first.
///
/// Source: pycocotools, `maskApi.c`.
enum RunLengths {
    /// The runs of one class in a label picture, and what COCO says of them besides.
    static func encode(_ labels: GrayImage, _ label: UInt8) -> (counts: [Int], area: Int, box: [Int])? {
        var (counts, run, isInside, area) = ([Int](), 0, false, 0)
        var (left, top, right, bottom) = (Int.max, Int.max, -1, -1)
        let bytes = labels.bytes
        for x in 0..<labels.width {
            for y in 0..<labels.height {
                let inside = bytes[y * labels.width + x] == label
                if inside != isInside {
                    counts.append(run)
                    (run, isInside) = (0, inside)
                }
                run += 1
                guard inside else { continue }
                area += 1
                (left, top, right, bottom) = (min(left, x), min(top, y), max(right, x), max(bottom, y))
            }
        }
        guard area > 0 else { return nil }
        return (counts + [run], area, [left, top, right - left + 1, bottom - top + 1])
    }

    /// Gives the pixels inside a label.
    ///
    /// - Returns: false where the runs are not those of a picture of this size.
    static func paint(_ counts: [Int], _ label: UInt8, into labels: GrayImage) -> Bool {
        let pixels = labels.width * labels.height
        var (place, isInside) = (0, false)
        for count in counts {
            guard count >= 0, count <= pixels - place else { return false }
            if isInside {
                for index in place..<place + count {
                    labels.bytes[index % labels.height * labels.width + index / labels.height] = label
                }
            }
            place += count
            isInside.toggle()
        }
        return place == pixels
    }

    /// Reads the compressed form: differences to the run before the last one, in groups of 5 bits.
    static func parse(_ text: String) -> [Int]? {
        var counts: [Int] = []
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            var (value, shift, isLast) = (0, 0, false)
            while !isLast {
                guard let byte = bytes.popFirst(), (48..<112).contains(byte), shift <= 40 else { return nil }
                let bits = Int(byte) - 48
                value |= (bits & 0x1f) << shift
                shift += 5
                isLast = bits & 0x20 == 0
                if isLast, bits & 0x10 != 0 { value |= -1 << shift }
            }
            // What overflows is no picture's runs; painting finds that out.
            counts.append(counts.count > 2 ? value &+ counts[counts.count - 2] : value)
        }
        return counts
    }
}
