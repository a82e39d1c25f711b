/// Finds the JPEG pictures in a stream of bytes, whatever lies between them: cameras write the parts of a stream in many ways,
/// but a JPEG says itself where it begins and ends.
struct JPEGSplitter {
    struct Picture {
        var bytes: [UInt8]
        /// False where the next picture began, or the stream ended, before its end.
        var isWhole: Bool
    }

    /// Units: bytes; a picture that is larger is none.
    private static let mostBytes = 64 << 20

    private enum Place {
        /// Between pictures.
        case between
        /// At a marker.
        case marker
        /// In the coded pixels.
        case scan
    }

    private var bytes: [UInt8] = []
    private var place = Place.between
    /// What lies before it has been looked at.
    private var position = 0

    /// Units: bytes since the last picture that belong to none so far.
    private(set) var foreign = 0

    mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

    /// The next picture; nil where more bytes are needed.
    mutating func next() -> Picture? {
        while true {
            switch place {
            case .between:
                guard findStart() else { return nil }
            case .marker:
                guard position + 4 <= bytes.count else { return nil }
                if bytes[position] != 0xff || bytes[position + 1] == 0xd8 { return take(to: position, isWhole: false) }
                let marker = bytes[position + 1]
                switch marker {
                case 0xff: position += 1
                case 0xd9: return take(to: position + 2, isWhole: true)
                case 0x01, 0xd0...0xd7: position += 2
                default:
                    position += 2 + max(2, Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
                    if marker == 0xda { place = .scan }
                }
            case .scan:
                if let end = findMarker() { return end }
                if place == .scan { return nil }
            }
            if bytes.count > Self.mostBytes { return take(to: bytes.count, isWhole: false) }
        }
    }

    /// What is left of a picture when the stream has ended; nil where nothing is.
    mutating func finish() -> Picture? {
        // An end needs two bytes, which `next` takes for the start of a marker with a length.
        if place == .marker, bytes.count >= position + 2, bytes[position] == 0xff, bytes[position + 1] == 0xd9 {
            return take(to: position + 2, isWhole: true)
        }
        return place == .between || bytes.count < 4 ? nil : take(to: bytes.count, isWhole: false)
    }

    private mutating func findStart() -> Bool {
        while position + 3 <= bytes.count {
            guard let start = bytes[position...].firstIndex(of: 0xff) else {
                position = bytes.count
                break
            }
            position = start
            guard start + 3 <= bytes.count else { break }
            if bytes[start + 1] == 0xd8 && bytes[start + 2] == 0xff {
                bytes.removeFirst(start)
                (position, place) = (2, .marker)
                return true
            }
            position += 1
        }
        foreign += position
        bytes.removeFirst(min(position, bytes.count))
        position = 0
        return false
    }

    /// Goes on to the next marker of the pixels; gives the picture where that ends it.
    private mutating func findMarker() -> Picture? {
        while position < bytes.count, let start = bytes[position...].firstIndex(of: 0xff) {
            position = start
            guard start + 1 < bytes.count else { return nil }
            switch bytes[start + 1] {
            case 0x00, 0xd0...0xd7: position += 2
            case 0xff: position += 1
            case 0xd9: return take(to: start + 2, isWhole: true)
            case 0xd8: return take(to: start, isWhole: false)
            default:
                place = .marker
                return nil
            }
        }
        position = max(position, bytes.count - (bytes.last == 0xff ? 1 : 0))
        return nil
    }

    private mutating func take(to end: Int, isWhole: Bool) -> Picture {
        let end = min(end, bytes.count)
        let picture = Picture(bytes: Array(bytes[..<end]), isWhole: isWhole)
        bytes.removeFirst(end)
        (position, place, foreign) = (0, .between, 0)
        return picture
    }
}
