import Files

extension Weights {
    /// Writes a safetensors file under a temporary name in the same folder, syncs it and gives it its name.
    /// Equal weights make equal bytes.
    ///
    /// - Throws: where the file cannot be written, or a value is not finite in the chosen precision.
    public func write(to path: String, precision: Precision = .float32) throws(NetworkError) {
        let bytes: [UInt8]
        do {
            bytes = try encoded(as: precision)
        } catch {
            throw NetworkError("Cannot write \(path): \(error.problem)", remedy: error.remedy, code: error.code)
        }
        try WholeFile.write(bytes, to: path)
    }

    /// The bytes of a safetensors file, tensors in the order of their names.
    public func encoded(as precision: Precision = .float32) throws(NetworkError) -> [UInt8] {
        let stored = try rounded(to: precision)
        var metadata = metadata
        metadata[Self.checksumKey] = stored.checksum
        let tensors = stored.tensors.sorted { $0.key < $1.key }

        let members = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
        var header = "{\"__metadata__\":{\(members.joined(separator: ","))}"
        var end = 0
        for (name, tensor) in tensors {
            let isHalf = Self.isHalf(tensor, precision)
            let start = end
            end += tensor.count * (isHalf ? 2 : 4)
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            header +=
                ",\(Self.quoted(name)):{\"dtype\":\"\(isHalf ? "F16" : "F32")\",\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}"
        }
        header += "}"
        // The data starts at a multiple of eight bytes, as safetensors' own writer does it.
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.utf8.count + end)
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header.utf8)
        for (_, tensor) in tensors {
            if Self.isHalf(tensor, precision) {
                tensor.values.map { Float16($0).bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
            } else {
                tensor.values.map { $0.bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    /// The weights as they come back from a file of that precision: float16 rounds to the nearest, ties to even.
    ///
    /// - Throws: where a value is not finite, or is too large for float16.
    public func rounded(to precision: Precision) throws(NetworkError) -> Weights {
        var result = self
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let isHalf = Self.isHalf(tensor, precision)
            let values = isHalf ? tensor.values.map { Float(Float16($0)) } : tensor.values
            if let index = values.firstIndex(where: { !$0.isFinite }) {
                let value = tensor.values[index]
                throw NetworkError(
                    "\(name) is \(value) at \(Self.position(of: index, in: tensor.shape))\(value.isFinite ? ", too large for float16" : "").",
                    remedy: value.isFinite ? "Write it as float32." : "Training diverged; use an earlier state.",
                    code: value.isFinite ? .failed : .diverged)
            }
            if isHalf { result.tensors[name] = Tensor(shape: tensor.shape, values: values) }
        }
        return result
    }

    private static func isHalf(_ tensor: Tensor, _ precision: Precision) -> Bool {
        precision == .float16 && tensor.shape.count > 1
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
