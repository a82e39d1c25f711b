import Foundation
import NeuralNetwork
import Testing

/// Weights that come back from a file, and what float16 does to them.
struct WeightsTests {
    private let sample = Weights(
        tensors: [
            "b.0.weight": Tensor(shape: [2, 1, 1, 3], values: [1, -2.5, 0, 65504, 1e-7, 0.1]),
            "b.1.bias": Tensor(shape: [2], values: [-0.0, 1e30]),
            "a": Tensor(shape: [], values: [42]),
            "empty": Tensor(shape: [0, 3], values: []),
        ],
        metadata: ["text": "\"quoted\" \\ back/slash\n\t\u{1} Grüße 🚗", "": "empty key"])

    @Test func float32ComesBackBitForBit() throws {
        let back = try Weights(bytes: sample.encoded(), name: "sample")
        #expect(back == sample)
        #expect(back.tensors["b.1.bias"]?.values[0].bitPattern == Float(-0.0).bitPattern)
    }

    @Test func equalWeightsMakeEqualBytesWhateverTheOrderOfInsertion() throws {
        var other = Weights(tensors: [:])
        for key in sample.tensors.keys.sorted().reversed() { other.tensors[key] = sample.tensors[key] }
        for key in sample.metadata.keys.sorted().reversed() { other.metadata[key] = sample.metadata[key] }
        #expect(try other.encoded() == sample.encoded())
    }

    @Test func headerIsJSONThatOtherReadersUnderstand() throws {
        let bytes = try sample.encoded()
        let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length % 8 == 0)
        let json = try JSONSerialization.jsonObject(with: Data(bytes[8..<(8 + length)])) as? [String: [String: Any]]
        #expect(json?["__metadata__"]?["text"] as? String == sample.metadata["text"])
        #expect(json?["b.0.weight"]?["shape"] as? [Int] == [2, 1, 1, 3])
        #expect(json?["b.0.weight"]?["dtype"] as? String == "F32")
    }

    @Test func everyFiniteHalfSurvivesFloat16() throws {
        let halves = (UInt16.min...UInt16.max).map { Float(Float16(bitPattern: $0)) }.filter(\.isFinite)
        let weights = Weights(tensors: ["w": Tensor(shape: [halves.count, 1], values: halves)])
        let back = try Weights(bytes: weights.encoded(as: .float16), name: "halves")
        #expect(back.tensors["w"]?.values.map(\.bitPattern) == halves.map(\.bitPattern))
    }

    @Test(arguments: [
        (Float(2049), Float(2048)), (2051, 2052), (2049.0002, 2050), (65519, 65504), (0x1p-25, 0), (0x1.8p-25, 0x1p-24),
        (-2049, -2048),
    ])
    func float16RoundsToTheNearestAndTiesToEven(value: Float, expected: Float) throws {
        let weights = Weights(tensors: ["w": Tensor(shape: [1, 1], values: [value])])
        #expect(try Weights(bytes: weights.encoded(as: .float16), name: "w").tensors["w"]?.values == [expected])
        #expect(try weights.rounded(to: .float16).tensors["w"]?.values == [expected])
    }

    @Test func vectorsStayFloat32InFloat16Files() throws {
        let weights = Weights(tensors: ["running_var": Tensor(shape: [2], values: [1e6, 1e-9])])
        #expect(try Weights(bytes: weights.encoded(as: .float16), name: "w") == weights)
    }

    @Test func valuesThatFloat16CannotHoldAreNamed() {
        let weights = Weights(tensors: ["conv.weight": Tensor(shape: [2, 3], values: [0, 0, 0, 0, 0, 65520])])
        let error = #expect(throws: NetworkError.self) { try weights.encoded(as: .float16) }
        #expect(error?.problem.contains("conv.weight is 65520.0 at (1,2), too large for float16") == true)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func valuesThatAreNotFiniteAreNeverWritten(value: Float) {
        let weights = Weights(tensors: ["w": Tensor(shape: [2], values: [0, value])])
        let error = #expect(throws: NetworkError.self) { try weights.encoded() }
        #expect(error?.problem.contains("w is \(value) at (1)") == true && error?.code == .diverged)
        let unwritten = #expect(throws: NetworkError.self) { try weights.write(to: "/nowhere/w.safetensors") }
        #expect(unwritten?.code == .diverged)
    }

    @Test func fingerprintFollowsNamesShapesAndValuesOnly() {
        let reference = Weights.fingerprint(of: sample.tensors)
        #expect(reference.count == 16)
        var changed = sample.tensors
        changed["b.1.bias"]?.values[1] = Float(1e30).nextUp
        #expect(Weights.fingerprint(of: changed) != reference)
        changed = sample.tensors
        changed["b.0.weight"] = Tensor(shape: [1, 2, 1, 3], values: sample.tensors["b.0.weight"]!.values)
        #expect(Weights.fingerprint(of: changed) != reference)
        changed = sample.tensors
        changed["c"] = changed.removeValue(forKey: "a")
        #expect(Weights.fingerprint(of: changed) != reference)
    }
}
