/// The JSON header of a safetensors file: where each tensor lies in the data behind it.
struct WeightsHeader: Equatable {
    /// One tensor as the header describes it.
    struct Entry: Equatable {
        let name: String
        let type: ElementType
        let shape: [Int]
        /// Bytes in the data section.
        let range: Range<Int>

        var count: Int { shape.reduce(1, *) }
        /// PyTorch counts batches per batch norm; nothing here needs them.
        var isIgnored: Bool { ["num_batches_tracked", "n_averaged"].contains { name == $0 || name.hasSuffix(".\($0)") } }
    }

    enum ElementType: String, CaseIterable {
        case f64 = "F64"
        case f32 = "F32"
        case f16 = "F16"
        case bf16 = "BF16"
        case i64 = "I64"
        case i32 = "I32"
        case i16 = "I16"
        case i8 = "I8"
        case u64 = "U64"
        case u32 = "U32"
        case u16 = "U16"
        case u8 = "U8"
        case bool = "BOOL"

        var size: Int {
            switch self {
            case .f64, .i64, .u64: 8
            case .f32, .i32, .u32: 4
            case .f16, .bf16, .i16, .u16: 2
            case .i8, .u8, .bool: 1
            }
        }

        var isFloatingPoint: Bool {
            switch self {
            case .f64, .f32, .f16, .bf16: true
            default: false
            }
        }
    }

    var entries: [Entry] = []
    var metadata: [String: String] = [:]

    /// The reason why the entries do not tile `dataSize` bytes without gaps and overlaps, if they do not.
    func layoutProblem(dataSize: Int) -> String? {
        var end = 0
        let ordered = entries.sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        for entry in ordered {
            guard entry.range.upperBound <= dataSize else {
                return "\(entry.name) ends at byte \(entry.range.upperBound), there are only \(dataSize); the file is cut off"
            }
            if entry.range.lowerBound < end { return "\(entry.name) overlaps the tensor before it" }
            if entry.range.lowerBound > end {
                return "\(entry.range.lowerBound - end) bytes before \(entry.name) belong to no tensor"
            }
            end = entry.range.upperBound
        }
        return end == dataSize ? nil : "\(dataSize - end) bytes at the end belong to no tensor"
    }
}
