import Files
import Glibc

extension Weights {
    /// Larger files are refused before anything is read: a bundle has about 14 MB.
    public static let maximumFileSize = 256 << 20
    static let maximumHeaderSize = 16 << 20

    /// Reads a safetensors file: float16, bfloat16, float32 and float64 become float32; PyTorch's
    /// `num_batches_tracked` and `n_averaged` counters are left out.
    ///
    /// - Parameter limit: bytes that the file may have.
    /// - Throws: where the file is missing, damaged in any way, holds other element types, or a value is not finite.
    public init(contentsOf path: String, atMost limit: Int = maximumFileSize) throws(NetworkError) {
        try Self.checkMemory(path, atMost: limit)
        try self.init(bytes: WholeFile.read(path, atMost: limit), name: path)
    }

    /// Reads the bytes of a safetensors file; `name` stands for it in errors.
    public init(bytes: [UInt8], name: String) throws(NetworkError) {
        guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { throw Self.foreignFormat(bytes, name: name) }
        let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= UInt64(Self.maximumHeaderSize), Int(length) <= bytes.count - 8 else {
            throw NetworkError(
                "Cannot read \(name): its header is said to have \(length) bytes, the file has \(bytes.count).",
                remedy: Self.remedy)
        }
        let dataStart = 8 + Int(length)
        let header: WeightsHeader
        do {
            var parser = WeightsHeaderParser(bytes[8..<dataStart])
            header = try parser.parse()
        } catch {
            throw NetworkError(
                "Cannot read \(name): \(error.problem).", remedy: error.remedy.isEmpty ? Self.remedy : error.remedy)
        }
        if let problem = header.layoutProblem(dataSize: bytes.count - dataStart) {
            throw NetworkError("Cannot read \(name): \(problem).", remedy: Self.remedy)
        }
        self.init(tensors: [:], metadata: header.metadata)
        for entry in header.entries where !entry.isIgnored {
            tensors[entry.name] = try Self.tensor(entry, in: bytes, dataStart: dataStart, name: name)
        }
        if let expected = metadata.removeValue(forKey: Self.checksumKey), expected != checksum {
            throw NetworkError("Cannot read \(name): its content does not match its checksum.", remedy: Self.remedy)
        }
    }

    /// The file's bytes and its tensors are there together for a while. What cannot be looked at is told by the reader.
    private static func checkMemory(_ path: String, atMost limit: Int) throws(NetworkError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size <= limit else { return }
        try SystemMemory.check(
            2 * Int(status.st_size), for: "reading \(path)", remedy: "End other programs, or raise this one's limit.")
    }

    private static let remedy = "It is damaged or incomplete; copy it again."

    private static func tensor(
        _ entry: WeightsHeader.Entry, in bytes: [UInt8], dataStart: Int, name: String
    ) throws(NetworkError) -> Tensor {
        guard entry.type.isFloatingPoint else {
            throw NetworkError(
                "Cannot use \(name): \(entry.name) holds \(entry.type.rawValue) values.",
                remedy: "Weights are F32, F16, BF16 or F64.")
        }
        let tensor = Tensor(shape: entry.shape, values: values(entry, in: bytes, dataStart: dataStart))
        if let index = tensor.values.firstIndex(where: { !$0.isFinite }) {
            throw NetworkError(
                "Cannot use \(name): \(entry.name) is \(tensor.values[index]) at \(position(of: index, in: entry.shape)).",
                remedy: "Training diverged or the file is damaged; use an earlier one.")
        }
        return tensor
    }

    private static func values(_ entry: WeightsHeader.Entry, in bytes: [UInt8], dataStart: Int) -> [Float] {
        bytes.withUnsafeBytes { file in
            // Inside the file: `layoutProblem` compared every range with the data's size.
            let start = dataStart + entry.range.lowerBound
            func load<Bits: FixedWidthInteger & BitwiseCopyable>(_ index: Int, as type: Bits.Type) -> Bits {
                Bits(littleEndian: file.loadUnaligned(fromByteOffset: start + index * MemoryLayout<Bits>.size, as: type))
            }
            return (0..<entry.count).map { index in
                switch entry.type {
                case .f16: Float(Float16(bitPattern: load(index, as: UInt16.self)))
                case .bf16: Float(bitPattern: UInt32(load(index, as: UInt16.self)) << 16)
                case .f64: Float(Double(bitPattern: load(index, as: UInt64.self)))
                default: Float(bitPattern: load(index, as: UInt32.self))
                }
            }
        }
    }

    /// The index on each axis of an element, as `(3,0,1,2)`.
    static func position(of index: Int, in shape: [Int]) -> String {
        var rest = index
        var position: [Int] = []
        for extent in shape.reversed() {
            position.append(rest % extent)
            rest /= extent
        }
        return "(" + position.reversed().map(String.init).joined(separator: ",") + ")"
    }

    private static func foreignFormat(_ bytes: [UInt8], name: String) -> NetworkError {
        if bytes.isEmpty { return NetworkError("Cannot read \(name): it is empty.", remedy: remedy) }
        let isZip = bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
        if isZip, String(decoding: bytes.prefix(256), as: UTF8.self).contains(".npy") {
            return NetworkError(
                "Cannot read \(name): it is a NumPy archive, not safetensors.",
                remedy: "Convert it in Python: from safetensors.numpy import save_file; "
                    + "save_file(dict(numpy.load('\(name)')), 'weights.safetensors').")
        }
        // A pickle begins with its protocol: PyTorch writes 2 by itself, Python others.
        let isPickle = bytes.count > 1 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
        if isZip || isPickle {
            // PyTorch's careful reader stops at protocol 3.
            let isNewer = isPickle && bytes[1] > 3
            return NetworkError(
                "Cannot read \(name): it is a PyTorch pickle, not safetensors.",
                remedy: "Convert it in Python: from safetensors.torch import save_file; "
                    + "save_file(torch.load('\(name)', map_location='cpu', weights_only=\(isNewer ? "False" : "True")), "
                    + "'weights.safetensors').\(isNewer ? " That runs what the file says: only where you trust its maker." : "") "
                    + "Where the file holds more than weights, as a Lightning checkpoint does, take its ['state_dict'].")
        }
        return NetworkError("Cannot read \(name): it is not a safetensors file.", remedy: "Is this the right file?")
    }
}
