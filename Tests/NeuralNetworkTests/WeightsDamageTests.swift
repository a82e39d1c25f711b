import Foundation
import NeuralNetwork
import Testing

/// Damage to a valid file is found or did not touch the tensors; the file system's surprises end in errors.
struct WeightsDamageTests {
    private let sample = Weights(
        tensors: [
            "a.weight": Tensor(shape: [2, 2], values: [1, 2, 3, 4]), "a.bias": Tensor(shape: [2], values: [0.5, -0.5]),
        ], metadata: ["classes": "[\"road\"]"])

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weights-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test(arguments: Weights.Precision.allCases) func noSingleBitFlipChangesATensorUnnoticed(precision: Weights.Precision) throws
    {
        let bytes = try sample.encoded(as: precision)
        for bit in 0..<(bytes.count * 8) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            if let weights = try? Weights(bytes: damaged, name: "damaged") {
                #expect(weights.tensors == sample.tensors, "bit \(bit)")
            }
        }
    }

    @Test func everyTruncationIsAnError() throws {
        let bytes = try sample.encoded()
        for count in bytes.indices {
            #expect(throws: NetworkError.self) { try Weights(bytes: Array(bytes[..<count]), name: "cut") }
        }
    }

    @Test func randomDamageGivesAnErrorOrFiniteTensors() throws {
        let bytes = try sample.encoded()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                damaged[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let weights = try? Weights(bytes: damaged, name: "damaged") {
                #expect(weights.tensors.values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
            }
        }
    }

    @Test func writingReplacesTheFileAndLeavesNothingElseBehind() throws {
        try inFolder { folder in
            let path = folder + "/weights.safetensors"
            try Data("old".utf8).write(to: URL(fileURLWithPath: path))
            try sample.write(to: path, precision: .float16)
            #expect(try Weights(contentsOf: path) == sample)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weights.safetensors"])
        }
    }

    @Test func whereWritingFailsTheOldFileStays() throws {
        try inFolder { folder in
            let path = folder + "/taken"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let error = #expect(throws: NetworkError.self) { try sample.write(to: path) }
            #expect(error?.problem.contains(path) == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["taken"])
            #expect(throws: NetworkError.self) { try sample.write(to: folder + "/no/such/folder.safetensors") }
        }
    }

    @Test func whatIsNoRegularFileIsRefusedAtOnce() throws {
        try inFolder { folder in
            let pipe = folder + "/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            for path in [pipe, folder, "/dev/zero", folder + "/missing"] {
                let error = #expect(throws: NetworkError.self) { try Weights(contentsOf: path) }
                #expect(error?.problem.contains(path) == true)
            }
        }
    }

    @Test func filesBeyondTheLimitAreNotRead() throws {
        try inFolder { folder in
            let path = folder + "/huge"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            #expect(truncate(path, Weights.maximumFileSize + 1) == 0)
            let error = #expect(throws: NetworkError.self) { try Weights(contentsOf: path) }
            #expect(error?.problem.contains("the limit is") == true)
        }
    }

    @Test func fileThatIsRewrittenMeanwhileGivesOneOfItsStatesOrAnError() throws {
        try inFolder { folder in
            let path = folder + "/weights.safetensors"
            let larger = Weights(tensors: ["w": Tensor(zeros: [300, 300])])
            let states = try [sample.encoded(), larger.encoded()]
            let writer = Thread {
                for turn in 0..<2000 where !Thread.current.isCancelled {
                    _ = FileManager.default.createFile(atPath: path, contents: Data(states[turn % 2]))
                }
            }
            try sample.write(to: path)
            writer.start()
            for _ in 0..<300 {
                if let weights = try? Weights(contentsOf: path) { #expect(weights == sample || weights == larger) }
            }
            writer.cancel()
            while !writer.isFinished { usleep(1000) }
        }
    }
}
