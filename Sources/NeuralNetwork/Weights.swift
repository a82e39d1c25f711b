import Files

/// Named tensors and the strings that describe them: what a safetensors file holds.
///
/// Tensors have PyTorch's `state_dict` names and shapes, so weights move freely between PyTorch and Camber.
public struct Weights: Sendable, Equatable {
    /// How values are stored in a file; in memory they are always float32.
    public enum Precision: String, Sendable, CaseIterable {
        case float32
        /// Half the size. Vectors (biases, batch norm) stay float32: they are tiny and their range is wider.
        case float16
    }

    public var tensors: [String: Tensor]
    public var metadata: [String: String]

    public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// The metadata entry that the writer adds and the reader verifies; it never shows up in `metadata`.
    static let checksumKey = "camber.checksum"

    /// A 64-bit fingerprint of names, shapes and values, as 16 hexadecimal digits: the same weights have the same one.
    /// It recognises files and finds damage; it is no protection against forgery.
    public static func fingerprint(of tensors: [String: Tensor]) -> String {
        var checksum = Checksum()
        checksum.combine(tensors)
        return checksum.description
    }

    /// The fingerprint of everything the file holds, metadata too.
    var checksum: String {
        var checksum = Checksum()
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != Self.checksumKey {
            checksum.combine(key)
            checksum.combine(value)
        }
        checksum.combine(tensors)
        return checksum.description
    }
}
