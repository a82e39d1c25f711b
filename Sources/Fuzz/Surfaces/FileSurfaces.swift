import Configuration
import Files
import Foundation
import Learning
import Live
import NeuralNetwork
import RoadScenes
import Video

/// Files that people write, download or record.
extension SurfaceKind {
    static let files = [
        SurfaceKind(name: "weights", words: ["F32", "F16", "BF16", "I64", "data_offsets", "shape", "dtype", "__metadata__"]) {
            _ in
            FunctionSurface { bytes in
                let file = try Weights(bytes: bytes, name: "fuzz.safetensors")
                _ = try? ModelBundle.stateDict(file, name: "fuzz", of: .segmentation, classes: .camvid)
                _ = try ModelBundle(file, name: "fuzz")
            }
        },
        // The metadata alone, around tensors that fit: mutated whole, these would hide it.
        SurfaceKind(
            name: "bundle",
            words: [
                "network", "classes", "input_size", "mean", "deviation", "metrics", "lineage", "calibration", "auxiliary_trained",
                "camber.format", "efficientnet-lite0", "paper", "null", "[]", "{}",
            ]
        ) { scratch in
            let file = "\(scratch.path)/whole.safetensors"
            try bundle().write(to: file)
            let tensors = try Weights(contentsOf: file).tensors
            return FunctionSurface { bytes in
                let metadata = try JSONDecoder().decode([String: String].self, from: Data(bytes))
                _ = try ModelBundle(Weights(tensors: tensors, metadata: metadata), name: "fuzz")
            }
        },
        SurfaceKind(name: "classes", words: ["name", "color", "classes", "[0, 0, 0]", "&a", "*a", "<<"]) { scratch in
            FunctionSurface { _ = try ClassSet(contentsOf: scratch.file("classes.yaml", $0)) }
        },
        SurfaceKind(
            name: "recipe",
            words: [
                "segmentation", "auxiliary", "retraining", "epochs", "batch", "learning_rate", "scale_range", "crop_width",
                "true",
                "[1, 2]", "adamw", "poly", "&a", "*a", "<<", "!!int",
            ]
        ) { scratch in
            FunctionSurface { _ = try Recipe(contentsOf: scratch.file("recipe.yaml", $0)) }
        },
        SurfaceKind(
            name: "configuration",
            words: [
                "source", "location", "fps", "model", "registry", "outputs", "gate", "spool", "learn", "status", "dashboard",
                "size",
                "age", "keep_free", "every", "threshold", "precision", "ignore", "100%", "5GB", "10s", "&a", "*a", "<<",
                "!!binary",
            ]
        ) { scratch in
            try scratch.file("model.safetensors", [])
            return FunctionSurface { _ = try Configuration(contentsOf: scratch.file("camber.yaml", $0)) }
        },
        SurfaceKind(name: "dataset-list", words: ["/a/train/0.png", "..", "\\", "\"", "\u{FEFF}", "\r\n", "trainannot/"]) {
            scratch in
            for folder in ["train", "trainannot"] {
                let path = try scratch.folder("camvid/\(folder)")
                try ImageFile.write(GrayImage(width: 8, height: 8), to: "\(path)/a b.png")
                try ImageFile.write(GrayImage(width: 8, height: 8), to: "\(path)/0.png")
            }
            return FunctionSurface { bytes in
                try scratch.file("camvid/train.txt", bytes)
                _ = try Dataset(DatasetLocation(.camvid, "\(scratch.path)/camvid"))
            }
        },
        SurfaceKind(name: "label-picture", words: ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "acTL", "eXIf"]) { scratch in
            let root = try scratch.folder("data")
            for folder in ["images", "labels"] { _ = try scratch.folder("data/\(folder)") }
            try ClassSet.camvid.write(to: "\(root)/classes.yaml")
            try ImageFile.write(RGBImage(width: 16, height: 16), to: "\(root)/images/0.png")
            return FunctionSurface { bytes in
                try scratch.file("data/labels/0.png", bytes)
                let dataset = try Dataset(DatasetLocation(.folder, root))
                _ = try ImageFile.readIndices(dataset.items[0].labels)
                _ = try dataset.load(dataset.items[0])
            }
        },
        SurfaceKind(name: "picture", words: ["Exif", "JFIF", "IHDR", "RIFF", "WEBP", "GIF89a", "II*", "MM"]) { scratch in
            FunctionSurface { _ = try ImageFile.readRGB(scratch.file("picture", $0)) }
        },
        SurfaceKind(
            name: "media",
            words: ["moov", "mdat", "trak", "stsz", "stts", "ctts", "elst", "avcC", "uuid", "ftyp", "free", "GPMF"]
        ) { scratch in
            let (frame, picture) = (VideoFrame(), RGBImage(width: 32, height: 24))
            return FunctionSurface { bytes in
                var options = VideoSource.Options()
                options.stallTimeout = 15
                let source = try VideoSource(scratch.file("media", bytes), options: options)
                for _ in 0..<8 where try source.read(into: frame) { try frame.draw(into: picture) }
            }
        },
        SurfaceKind(
            name: "position",
            words: [
                "$GPRMC,", "$GPGGA,", ",A,", ",N,", ",E,", "*6A", "<trkpt lat=\"", "\" lon=\"", "</trkpt>", "<time>", "<!--",
                "-->",
                "{\"class\":\"TPV\",", "\"mode\":3", "nan", "1e999", "\n", "DEVC", "STRM", "SCAL", "GPS5", "GPS9", "GPSU",
            ]
        ) { scratch in
            FunctionSurface { bytes in
                _ = NMEAFix(in: bytes)
                _ = bytes.withUnsafeBufferPointer { GPMFPayload.points(in: $0, from: 0, lasting: 1) }
                _ = bytes.withUnsafeBufferPointer { (DashCameraFix(block: $0), DashCameraFix(entry: $0)) }
                var splitter = LineSplitter(longest: 256)
                splitter.feed(bytes) { _ = GPSDReport($0) }
                let track = PositionTrack(try GPXFile(contentsOf: scratch.file("drive.gpx", bytes)).points)
                _ = (track.position(at: 1.8e9), track.utc(at: 1.8e9))
                try TrackFile.write(track, name: "fuzz", to: "\(scratch.path)/track.geojson")
            }
        },
        SurfaceKind(
            name: "report", words: ["inputs", "settings", "complete", "shard", "\"1/2\"", "failures", "labels", "frames"]
        ) { scratch in
            let settings = SegmentSettings(fingerprint: "0123456789abcdef", size: "480x360", every: 1, shard: nil)
            return FunctionSurface { bytes in
                let report = try scratch.file("report.json", bytes)
                try scratch.file("report.partial.json", bytes)
                let journal = try? SegmentJournal(report: report, settings: settings, resumes: true)
                journal?.remove()
                _ = try ReportMerge([report]).run()
            }
        },
        SurfaceKind(name: "text", words: ["/", "x", "%", "ms", "GB", "d", "@", "://", "?", "#", ",", ":", "-", " "]) { _ in
            FunctionSurface { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                _ = (ByteText.bytes(text), Duration(text: text), ShareText.share(text), Shard(text: text))
                _ = (PublicAddress.text(text), PublicAddress.masked(text), Graph.Size(widthByHeight: text))
                _ = (try? DatasetLocation(parsing: text), try? DatasetFraction(parsing: text).of(367))
                _ = try IgnoredArea(text)
            }
        },
    ]

    /// The smallest there is, from deterministic starting values.
    static func bundle(seed: UInt64 = 1) throws -> ModelBundle {
        try ModelBundle(
            classes: .camvid, inputSize: Graph.Size(height: 48, width: 64),
            segmentation: Weights.heInitialized(for: Network.paper.graph(classes: ClassSet.camvid.count), seed: seed))
    }
}
