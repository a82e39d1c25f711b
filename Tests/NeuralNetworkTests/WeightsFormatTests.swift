import NeuralNetwork
import Testing

/// Files as PyTorch and others write them, and headers that are wrong in every way.
struct WeightsFormatTests {
    static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        let length = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
    }

    private static let one: [UInt8] = [0, 0, 0x80, 0x3F]

    @Test func bfloat16AndFloat64BecomeFloat32() throws {
        let header =
            #"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"d":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}}"#
        let data: [UInt8] = [0x80, 0x3F, 0x49, 0xC0, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]
        let weights = try Weights(bytes: Self.file(header, data: data), name: "file")
        #expect(weights.tensors["b"]?.values == [1, -3.140625])
        #expect(weights.tensors["d"]?.values == [1.5])
    }

    @Test func spacesAndAnyOrderOfFieldsAreAccepted() throws {
        let header = "{ \"w\" :\n{ \"data_offsets\": [ 0 , 4 ], \"dtype\" : \"F32\" , \"shape\" : [ ] } , \"__metadata__\":{}}   "
        #expect(try Weights(bytes: Self.file(header, data: Self.one), name: "file").tensors["w"]?.values == [1])
    }

    @Test func batchCountersOfPyTorchAreLeftOut() throws {
        let header =
            #"{"bn.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#
        let weights = try Weights(bytes: Self.file(header, data: [7, 0, 0, 0, 0, 0, 0, 0] + Self.one), name: "file")
        #expect(weights.tensors.keys.sorted() == ["w"])
    }

    @Test(arguments: [
        (
            #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#,
            "occurs twice"
        ),
        (#"{"__metadata__":{"a":"1","a":"2"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "occurs twice"),
        (#"{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "repeated field dtype"),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "has the shape [2] of F32, but 4 bytes"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "ends before it begins"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, "more than 2 numbers"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, "lacks its dtype, shape or data_offsets"),
        (#"{"w":{"dtype":"F32","shape":[1]}}"#, "lacks its dtype, shape or data_offsets"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "only 4; the file is cut off"),
        (#"{"w":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}"#, "belong to no tensor"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[1],"data_offsets":[2,4]}}"#,
            "overlaps"
        ),
        (#"{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}"#, "2 bytes at the end belong to no tensor"),
        (#"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, "has the shape"),
        (#"{"w":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}"#, "has the shape"),
        (#"{"w":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "number is too large"),
        (#"{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "not negative"),
        (#"{"w":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, "expected ,"),
        (#"{"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}"#, "more than 8 numbers"),
        (#"{"w":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}"#, "unknown element type Q4"),
        (#"{"w":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}"#, "w holds I32 values"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{}}}"#, "unknown or repeated field x"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x"#, "text behind the closing brace"),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, "expected ,"),
        (#"{"w"#, "a text has no end"),
        (#"{"\ud800x":{}}"#, "expected \\"),
        (#"{"\udc00":{}}"#, "surrogate"),
        (#"{"\u12g4":{}}"#, "damaged escape"),
        (#"{"\x":{}}"#, "unknown escape"),
        (#"{"__metadata__":{"a":1}}"#, "expected \""),
        ("{\"a\nb\":{}}", "control character"),
        (String(repeating: #"{"a":"#, count: 100_000), "unknown or repeated field a"),
        ("{\"w\":" + String(repeating: "[", count: 100_000), "expected {"),
    ])
    func wrongHeadersAreRefusedWithTheReason(header: String, reason: String) {
        let error = #expect(throws: NetworkError.self) {
            try Weights(bytes: Self.file(header, data: Self.one), name: "bad.safetensors")
        }
        #expect(error?.problem.hasPrefix("Cannot ") == true && error?.problem.contains("bad.safetensors") == true)
        #expect(error?.problem.contains(reason) == true, "\(error?.description ?? "")")
    }

    /// A whole file is not to be copied again.
    @Test func elementTypesThatAreNotReadSayWhichAre() {
        let header = #"{"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#
        let error = #expect(throws: NetworkError.self) {
            try Weights(bytes: Self.file(header, data: Self.one), name: "file")
        }
        #expect(error?.problem.contains("F8_E4M3") == true && error?.remedy.contains("F32, F16, BF16 or F64") == true)
    }

    @Test(arguments: [UInt64(0), 1, 5000, 1 << 40, 1 << 63, .max]) func headerLengthsThatCannotBeAreRefused(length: UInt64) {
        var bytes = Self.file(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: Self.one)
        for i in 0..<8 { bytes[i] = UInt8(truncatingIfNeeded: length >> (8 * i)) }
        #expect(throws: NetworkError.self) { try Weights(bytes: bytes, name: "file") }
    }

    @Test func namesThatAreNotUTF8AreRefused() {
        var bytes = Self.file(#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: Self.one)
        bytes[10] = 0xFF
        let error = #expect(throws: NetworkError.self) { try Weights(bytes: bytes, name: "file") }
        #expect(error?.problem.contains("UTF-8") == true)
    }

    @Test(arguments: [([UInt8](arrayLiteral: 0, 0, 0xC0, 0x7F), "nan"), ([0, 0, 0x80, 0xFF], "-inf")])
    func valuesThatAreNotFiniteAreNamed(value: [UInt8], text: String) {
        let header = #"{"conv.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#
        let error = #expect(throws: NetworkError.self) {
            try Weights(bytes: Self.file(header, data: Self.one + Self.one + value + Self.one), name: "file")
        }
        #expect(error?.problem == "Cannot use file: conv.weight is \(text) at (1,0).")
    }

    @Test(arguments: [
        [UInt8]("PK\u{3}\u{4}archive/data.pkl".utf8), [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20],
        [0x80, 0x03, 0x8A, 0x0A], [0x80, 0x04, 0x95, 0x25, 0, 0, 0, 0, 0, 0, 0, 0x7D], [0x80, 0x05, 0x95],
    ])
    func picklesAreRecognisedAndTheRemedyConvertsThem(bytes: [UInt8]) {
        let error = #expect(throws: NetworkError.self) { try Weights(bytes: bytes, name: "model.pth") }
        #expect(error?.problem.contains("PyTorch pickle") == true)
        #expect(error?.remedy.contains("save_file(torch.load('model.pth'") == true)
        let isNewer = bytes[0] == 0x80 && bytes[1] > 3
        #expect(error?.remedy.contains(isNewer ? "weights_only=False" : "weights_only=True") == true)
        #expect(error?.remedy.contains("trust") == isNewer)
    }

    /// `torch.load` reads no NumPy archive.
    @Test func numPysArchivesAreToldFromPyTorchs() {
        let error = #expect(throws: NetworkError.self) {
            try Weights(bytes: Array("PK\u{3}\u{4}conv.weight.npy".utf8), name: "model.npz")
        }
        #expect(error?.problem == "Cannot read model.npz: it is a NumPy archive, not safetensors.")
        #expect(error?.remedy.contains("numpy.load('model.npz')") == true)
    }

    @Test(arguments: ["", "{}", "\u{80}", "just a text file, nothing else"]) func otherFilesAreRefused(text: String) {
        #expect(throws: NetworkError.self) { try Weights(bytes: Array(text.utf8), name: "file") }
    }
}
