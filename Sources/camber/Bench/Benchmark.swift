import Foundation
import Live
import NeuralNetwork
import Overlay
import RoadScenes
import SyntheticRoad
import Video

/// Runs the parts of the main job one at a time on the frames of a synthetic drive.
final class Benchmark {
    private static let frameCount = 24
    private static let frameRate = Rational(15, 1)
    private static let warmUpPasses = 10

    private let bundle: ModelBundle
    private let workers: WorkerPool
    private let kernels: Kernels
    private let segmenter: Segmenter
    private let size: Graph.Size
    private let passes: Int
    private let frames: [RGBImage]

    init(_ bundle: ModelBundle, size: Graph.Size, threads: Int, kernels: Kernels, passes: Int) throws {
        workers = try WorkerPool(threads: threads)
        segmenter = try Segmenter(bundle, size: size, workers: workers, kernels: kernels)
        (self.bundle, self.kernels) = (bundle, kernels)
        self.size = size
        self.passes = passes
        let road = SyntheticRoad(seed: 1, width: size.width, height: size.height)
        frames = (0..<Self.frameCount).map { index in
            let image = RGBImage(width: size.width, height: size.height)
            road.render(at: Double(index) / Self.frameRate.value, into: image)
            return image
        }
    }

    /// One pass over the segmentation network, to the class map or to the scores of every class.
    func inference(writingScores: Bool) -> BenchReport.Times {
        let result = segmenter.makeResult()
        var planes = [Float](repeating: 0, count: writingScores ? segmenter.classes.count * size.height * size.width : 0)
        return planes.withUnsafeMutableBufferPointer { planes in
            result.classMap.bytes.withPointer { classMap in
                let destination = InferencePlan.Destination(
                    classMap: writingScores ? nil : classMap, planes: writingScores ? planes.baseAddress : nil)
                return times { frame in
                    frame.bytes.withPointer { segmenter.plan.run(rgb: $0, rowBytes: frame.rowBytes, into: destination) }
                }
            }
        }
    }

    /// Decoding H.264 of the network's size, and drawing the decoded frame as RGB.
    func decoding() throws -> (decode: BenchReport.Times, preprocessing: BenchReport.Times) {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "camber-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "drive.mp4").path
        let sink = try makeSink(path)
        for (index, frame) in frames.enumerated() { try sink.append(frame, at: time(index)) }
        try sink.close()

        let frame = VideoFrame()
        let image = RGBImage(width: size.width, height: size.height)
        var decode: [Double] = []
        var draw: [Double] = []
        while decode.count < passes {
            let source = try VideoSource(path)
            while try timed({ try source.read(into: frame) }, &decode) { try timed({ try frame.draw(into: image) }, &draw) }
            decode.removeLast()  // the read that found the end
        }
        return (BenchReport.Times(decode), BenchReport.Times(draw))
    }

    /// Painting the overlay and encoding it as H.264.
    func outputs() throws -> BenchReport.Times {
        let path = FileManager.default.temporaryDirectory.appending(
            path: "camber-bench-\(ProcessInfo.processInfo.processIdentifier).mp4"
        ).path
        let sink = try makeSink(path)
        defer { sink.abort() }
        let result = segmenter.makeResult()
        let target = RGBImage(width: size.width, height: size.height)
        segmenter.segment(frames[0], into: result)
        let painter = OverlayPainter(
            classes: segmenter.classes, map: (size.width, size.height), picture: (size.width, size.height))
        var index = 0
        return try times { frame in
            painter.paint(frame, result.classMap, into: target)
            try sink.append(target, at: time(index))
            index += 1
        }
    }

    /// Training steps of stage 1 on the synthetic drive: forward, loss, backward, update.
    func training(batch: Int) throws -> BenchReport.Training {
        let trainer = try Trainer(bundle.segmentationGraph, batch: batch, size: size, workers: workers, kernels: kernels)
        try trainer.load(bundle.segmentation)
        var optimizer = SGD(weightDecay: 5e-4)
        let labels = GrayImage(width: size.width, height: size.height)
        let image = RGBImage(width: size.width, height: size.height)
        let road = SyntheticRoad(seed: 2, width: size.width, height: size.height)
        var truth: [UInt8] = []
        var place = 0
        for index in 0..<batch {
            road.render(at: Double(index), into: image, labels: labels)
            truth += labels.bytes.map { $0 < bundle.classes.count ? $0 : ClassSet.void }
            for (value, byte) in image.bytes.enumerated() {
                trainer.input[place] = (Float(byte) / 255 - bundle.mean[value % 3]) / bundle.deviation[value % 3]
                place += 1
            }
        }
        let weights = [Float](repeating: 1, count: bundle.classes.count)
        var times: [Double] = []
        for step in 0..<max(3, passes / 5) + 1 {
            var time: [Double] = []
            timed(
                {
                    trainer.forward()
                    _ = trainer.crossEntropy(labels: truth, classWeights: weights)
                    trainer.backward()
                    optimizer.update(trainer, rate: 1e-4)
                }, &time)
            if step > 0 { times += time }
        }
        return BenchReport.Training(
            batch: batch, imagesPerSecond: Double(batch) * 1000 / BenchReport.Times(times).median, step: BenchReport.Times(times))
    }

    /// Every step of a pass, alone; the best of several rounds.
    func layers() -> [BenchReport.Layer] {
        let graph = segmenter.plan.graph
        let sizes = graph.sizes(input: size)
        let (result, frame) = (segmenter.makeResult(), frames[0])
        let rounds = (0..<max(3, passes / 5)).map { _ in
            result.classMap.bytes.withPointer { classMap in
                frame.bytes.withPointer {
                    segmenter.plan.profile(
                        rgb: $0, rowBytes: frame.rowBytes, into: InferencePlan.Destination(classMap: classMap, planes: nil))
                }
            }
        }
        return rounds[0].indices.map { step in
            let name = rounds[0][step].name
            let best = rounds.map { $0[step].milliseconds }.min()!
            let operations = graph.nodes.firstIndex { $0.name == name }.map { graph.operationCount(of: $0, sizes: sizes) } ?? 0
            return BenchReport.Layer(name: name, milliseconds: best, gigaflops: Double(operations) / best / 1e6)
        }
    }

    private func makeSink(_ path: String) throws -> VideoSink {
        try VideoSink(
            path, kind: .overlay, width: size.width, height: size.height, timeBase: Self.frameRate.inverse,
            frameRate: Self.frameRate)
    }

    private func time(_ index: Int) -> Timestamp { Timestamp(Int64(index), Self.frameRate.inverse) }

    private func times(_ body: (RGBImage) throws -> Void) rethrows -> BenchReport.Times {
        for pass in 0..<Self.warmUpPasses { try body(frames[pass % frames.count]) }
        var times: [Double] = []
        for pass in 0..<passes { try timed({ try body(frames[pass % frames.count]) }, &times) }
        return BenchReport.Times(times)
    }

    @discardableResult
    private func timed<Value>(_ body: () throws -> Value, _ times: inout [Double]) rethrows -> Value {
        let start = ContinuousClock.now
        let value = try body()
        let elapsed = ContinuousClock.now - start
        times.append(Double(elapsed.components.seconds) * 1e3 + Double(elapsed.components.attoseconds) / 1e15)
        return value
    }
}
