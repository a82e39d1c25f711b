/// Reads a safetensors header and accepts nothing else.
///
/// A general JSON reader would hide what matters here: names that occur twice, numbers that are no exact integers,
/// deep nesting. The header's grammar is flat, so this one needs no recursion.
struct WeightsHeaderParser {
    static let maximumTensors = 65536
    static let maximumDimensions = 8

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func parse() throws(NetworkError) -> WeightsHeader {
        var header = WeightsHeader()
        var names: Set<String> = []
        var more = try open("{", "}")
        while more {
            let name = try string()
            guard names.insert(name).inserted else { throw failure("the name \(name) occurs twice") }
            guard names.count <= Self.maximumTensors else { throw failure("there are more than \(Self.maximumTensors) tensors") }
            try expect(":")
            if name == "__metadata__" {
                header.metadata = try metadata()
            } else {
                header.entries.append(try entry(name))
            }
            more = try next("}")
        }
        skipSpace()
        guard position == bytes.endIndex else { throw failure("there is text behind the closing brace") }
        return header
    }

    private mutating func metadata() throws(NetworkError) -> [String: String] {
        var result: [String: String] = [:]
        var more = try open("{", "}")
        while more {
            let key = try string()
            try expect(":")
            guard result.updateValue(try string(), forKey: key) == nil else { throw failure("the metadata \(key) occurs twice") }
            more = try next("}")
        }
        return result
    }

    private mutating func entry(_ name: String) throws(NetworkError) -> WeightsHeader.Entry {
        var type: WeightsHeader.ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        var more = try open("{", "}")
        while more {
            let key = try string()
            try expect(":")
            switch key {
            case "dtype" where type == nil:
                let text = try string()
                type = WeightsHeader.ElementType(rawValue: text)
                guard type != nil else {
                    throw NetworkError(
                        "\(name) has the unknown element type \(text)",
                        remedy: "Weights are F32, F16, BF16 or F64; convert them in the program that wrote them.")
                }
            case "shape" where shape == nil: shape = try integers(atMost: Self.maximumDimensions)
            case "data_offsets" where offsets == nil: offsets = try integers(atMost: 2)
            default: throw failure("\(name) has an unknown or repeated field \(key)")
            }
            more = try next("}")
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw failure("\(name) lacks its dtype, shape or data_offsets")
        }
        guard offsets[0] <= offsets[1] else { throw failure("\(name) ends before it begins") }
        guard let size = Self.product(shape + [type.size]), size == offsets[1] - offsets[0] else {
            throw failure("\(name) has the shape \(shape) of \(type.rawValue), but \(offsets[1] - offsets[0]) bytes")
        }
        return WeightsHeader.Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// The product, nil where it overflows.
    private static func product(_ factors: [Int]) -> Int? {
        // A zero makes the product zero, yet the others must not overflow where shapes are multiplied again.
        var result = 1
        for factor in factors {
            let (product, overflow) = result.multipliedReportingOverflow(by: max(factor, 1))
            if overflow { return nil }
            result = product
        }
        return factors.contains(0) ? 0 : result
    }

    private mutating func integers(atMost limit: Int) throws(NetworkError) -> [Int] {
        var result: [Int] = []
        var more = try open("[", "]")
        while more {
            guard result.count < limit else { throw failure("a list has more than \(limit) numbers") }
            result.append(try integer())
            more = try next("]")
        }
        return result
    }

    private mutating func integer() throws(NetworkError) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let digit = current, (0x30...0x39).contains(digit) {
            let (scaled, overflow1) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = scaled.addingReportingOverflow(Int(digit - 0x30))
            guard !overflow1 && !overflow2 else { throw failure("a number is too large") }
            value = sum
            position += 1
        }
        guard position > start else { throw failure("expected a number that is not negative") }
        return value
    }

    private mutating func string() throws(NetworkError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else { throw failure("a text is not UTF-8") }
                return result
            case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
            case 0..<0x20: throw failure("a text has a control character")
            default: text.append(byte)
            }
        }
        throw failure("a text has no end")
    }

    private mutating func escape() throws(NetworkError) -> Unicode.Scalar {
        guard let byte = current else { throw failure("a text has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("a text has an unknown escape")
        }
    }

    private mutating func unicodeEscape() throws(NetworkError) -> Unicode.Scalar {
        var code = try hexadecimal4()
        if (0xD800..<0xDC00).contains(code) {
            try expect("\\", skippingSpace: false)
            try expect("u", skippingSpace: false)
            let low = try hexadecimal4()
            guard (0xDC00..<0xE000).contains(low) else { throw failure("a text has half a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("a text has half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal4() throws(NetworkError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw failure("a text has a damaged escape")
            }
            position += 1
            code = code << 4 + UInt32(digit)
        }
        return code
    }

    // MARK: Tokens

    private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ token: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: token) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ token: Unicode.Scalar, skippingSpace: Bool = true) throws(NetworkError) {
        if skippingSpace { skipSpace() }
        guard take(token) else { throw failure("expected \(token)") }
    }

    /// Takes an opening token; false where the closing one follows at once.
    private mutating func open(_ opening: Unicode.Scalar, _ closing: Unicode.Scalar) throws(NetworkError) -> Bool {
        try expect(opening)
        skipSpace()
        return !take(closing)
    }

    /// Takes a comma or the closing token; true where another element follows.
    private mutating func next(_ closing: Unicode.Scalar) throws(NetworkError) -> Bool {
        skipSpace()
        if take(closing) { return false }
        try expect(",")
        return true
    }

    private func failure(_ problem: String) -> NetworkError {
        NetworkError("\(problem) (byte \(position - bytes.startIndex) of the header)")
    }
}
