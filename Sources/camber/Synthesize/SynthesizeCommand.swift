import ArgumentParser
import Files
import Foundation
import NeuralNetwork
import RoadScenes
import SyntheticRoad
import Video

extension RoadConditions.Light: ExpressibleByArgument {}
extension RoadConditions.Weather: ExpressibleByArgument {}

/// `camber synthesize`: drives on the synthetic road, as video and as frames with exact labels.
struct SynthesizeCommand: ParsableCommand {
    /// What is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case video, frames, both
    }

    static let configuration = CommandConfiguration(
        commandName: "synthesize",
        abstract: "Make drives on a synthetic road, with the exact class of every pixel.",
        discussion: """
            Writes DIR/drive.mp4 and the data set DIR/images, DIR/labels (8-bit PNG, 255 = void), DIR/classes.yaml, which \
            --dataset folder:DIR reads. The same options give the same pictures on every machine.
            """)

    @Option(help: ArgumentHelp("The folder to write to: a new or an empty one.", valueName: "folder")) var out: String
    @Option(help: ArgumentHelp("Frames of each drive.", valueName: "N")) var frames = 150
    @Option(help: ArgumentHelp("Frames per second of the drive; 0.5 gives pictures that differ a lot.", valueName: "rate"))
    var fps = 15.0
    @Option(help: ArgumentHelp("Seconds into the drive at which to start.", valueName: "seconds")) var start = 0.0
    @Option(help: ArgumentHelp("The pictures' size, width first.", valueName: "WxH"))
    var size = Graph.Size(height: 360, width: 480)
    @Option(help: "The seed of the road, its traffic and the camera.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Drives, one after the other, with seeds counting up.", valueName: "N")) var drives = 1
    @Option(help: "day, dusk or night. Default: by the seed.") var light: RoadConditions.Light?
    @Option(help: "clear, overcast, rain or fog. Default: by the seed.") var weather: RoadConditions.Weather?
    @Option(help: ArgumentHelp("The video's file. Default: drive.mp4 in the folder.", valueName: "file")) var video: String?
    @Option(help: "video, frames or both.") var format = Format.both

    func validate() throws {
        try size.validate()
        guard (1...1_000_000).contains(frames) else { throw ValidationError("--frames \(frames): it must lie in 1…1000000.") }
        guard (1...10_000).contains(drives) else { throw ValidationError("--drives \(drives): it must lie in 1…10000.") }
        guard (0.01...240).contains(fps) else { throw ValidationError("--fps \(fps): it must lie in 0.01…240.") }
        guard (0...86_400).contains(start) else { throw ValidationError("--start \(start): it must lie in 0…86400 seconds.") }
        guard video == nil || format != .frames else {
            throw ValidationError("--video and --format frames contradict each other.")
        }
    }

    func run() throws {
        let path = video ?? out + "/drive.mp4"
        try checkOutputs(path)
        try makeFolders()
        let rate = Rational(rate: fps)
        let sink =
            try format == .frames
            ? nil
            : VideoSink(path, kind: .overlay, width: size.width, height: size.height, timeBase: rate.inverse, frameRate: rate)
        do {
            try drive { index, image, labels in
                try sink?.append(image, at: Timestamp(Int64(index), rate.inverse))
                guard format != .video else { return }
                let name = String(format: "%06d.png", index)
                try ImageFile.write(image, to: "\(out)/images/\(name)")
                try ImageFile.write(labels, palette: SyntheticRoad.classes.palette, to: "\(out)/labels/\(name)")
            }
            try sink?.close()
        } catch {
            sink?.abort()
            throw error
        }
        if let sink { print("\(sink.path): \(CountText.text(sink.frameCount, "frame"))") }
        if format != .video { print("\(out): \(CountText.text(frames * drives, "image")) with labels") }
    }

    /// Among an older drive's pictures, new ones would pass for its own.
    private func checkOutputs(_ path: String) throws {
        let isApart = format == .video && video != nil
        guard isApart || OutputCheck.isFree(out) else {
            throw ValidationError("--out \(out) is not empty, and nothing there is written over. Empty it, or name a new folder.")
        }
        try OutputArguments.check(writable: [out + "/"])
        if format != .frames { try OutputArguments.prepare([path]) }
    }

    private func makeFolders() throws {
        let folders = format == .video ? [out] : ["\(out)/images", "\(out)/labels"]
        for folder in folders {
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            } catch {
                throw SceneError("Cannot make the folder \(folder): \(error.localizedDescription)")
            }
        }
        if format != .video { try SyntheticRoad.classes.write(to: "\(out)/\(ClassSet.fileName)") }
    }

    /// Draws every frame and hands it on with its number.
    private func drive(_ take: (Int, RGBImage, GrayImage) throws -> Void) throws {
        let image = RGBImage(width: size.width, height: size.height)
        let labels = GrayImage(width: size.width, height: size.height)
        var progress = Progress(total: frames * drives)
        for drive in 0..<drives {
            let road = SyntheticRoad(
                seed: seed &+ UInt64(drive), conditions: conditions(drive), width: size.width, height: size.height)
            progress.say("drive \(road.seed): \(road.conditions.light), \(road.conditions.weather)")
            for frame in 0..<frames {
                road.render(at: start + Double(frame) / fps, into: image, labels: labels)
                try take(drive * frames + frame, image, labels)
                progress.advance(to: drive * frames + frame + 1)
            }
        }
    }

    private func conditions(_ drive: Int) -> RoadConditions {
        var conditions = RoadConditions.random(seed: seed &+ UInt64(drive))
        if let light { conditions.light = light }
        if let weather { conditions.weather = weather }
        return conditions
    }
}

extension SynthesizeCommand {
    private struct Progress {
        let total: Int
        private let start = ContinuousClock.now
        private var line = ChangingLine(isQuietAtFirst: true)

        init(total: Int) {
            self.total = total
        }

        mutating func say(_ text: String) {
            line.clear()
            standardError(text)
        }

        mutating func advance(to done: Int) {
            guard line.isDue || done == total else { return }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let rate = Double(done) / max(seconds, 1e-3)
            line.show(
                String(format: "%d of %d frames, %.1f/s, ", done, total, rate) + ChangingLine.left(Double(total - done) / rate))
            if done == total { line.keep() }
        }
    }
}
