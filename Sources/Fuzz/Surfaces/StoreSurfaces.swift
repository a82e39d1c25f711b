import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Video

/// What the store finds on disk: a failing card changes any of it.
extension SurfaceKind {
    static let stores = [
        SurfaceKind(name: "spool-record", words: spoolWords) { try SpoolSurface($0, damaging: "00000002.json") },
        SurfaceKind(name: "spool-index", words: ["SQLite format 3", "item", "held", "signature", "isPinned"]) {
            try SpoolSurface($0, damaging: "index.sqlite")
        },
        SurfaceKind(name: "registry-record", words: ["number", "fingerprint", "state", "origin", "added", "scores", "events"]) {
            try RegistrySurface($0, damaging: "000002.json")
        },
        SurfaceKind(name: "cycle-record", words: ["number", "started", "verdict", "scores", "candidate", "reasons"]) {
            try RegistrySurface($0, damaging: "cycles/000001.json")
        },
        SurfaceKind(
            name: "coco",
            words: ["annotations", "images", "categories", "segmentation", "counts", "size", "bbox", "iscrowd", "[[]]"]
        ) { try LabelSurface($0) },
        SurfaceKind(
            name: "label-studio",
            words: ["annotations", "result", "value", "rle", "brushlabels", "original_width", "format", "data"]
        ) { try LabelSurface($0) },
    ]

    private static let spoolWords = [
        "classPixels", "time", "threshold", "isPinned", "signature", "frameNumber", "source", "model", "bytes", "null", "[]",
    ]
}

extension ScratchFolder {
    /// A spool in the folder `spool`, with that many frames of a camera.
    func spool(items: Int, classes: ClassSet) throws -> Spool {
        let spool = try Spool(folder: folder("spool"), limits: .none, classes: classes)
        for number in 0..<items {
            try spool.add(
                SpoolEntry(
                    frame: RGBImage(width: 16, height: 16), labels: GrayImage(width: 16, height: 16), source: "camera",
                    frameNumber: number, time: Date(timeIntervalSince1970: 1_800_000_000), model: "0123456789abcdef",
                    threshold: 0.7, selectedRatio: 1, signature: [UInt8](repeating: UInt8(number), count: 16)))
        }
        return spool
    }
}

/// A spool of three items, one of whose files is another each time.
private struct SpoolSurface: Surface {
    private let scratch: ScratchFolder
    private let name: String
    private let path: String
    private let whole: [String: [UInt8]]
    private let classes = ClassSet([.init("road", 128, 64, 128), .init("sky", 70, 130, 180)])

    init(_ scratch: ScratchFolder, damaging name: String) throws {
        (self.scratch, self.name, path) = (scratch, name, try scratch.spool(items: 3, classes: classes).folder)
        var whole: [String: [UInt8]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: path) {
            whole[file] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)")))
        }
        self.whole = whole
    }

    func feed(_ bytes: [UInt8]) throws {
        for file in try FileManager.default.contentsOfDirectory(atPath: path) where whole[file] == nil {
            try FileManager.default.removeItem(atPath: "\(path)/\(file)")
        }
        for (file, content) in whole { try scratch.file("spool/\(file)", file == name ? bytes : content) }
        let spool = try Spool(folder: path, limits: .none, classes: classes)
        _ = (try spool.items(), try spool.summary(), try spool.signatures(), try spool.unreadable(), try spool.verify())
        try spool.settle()
    }
}

/// A registry of two models and a cycle, one of whose records is another each time.
private struct RegistrySurface: Surface {
    private let scratch: ScratchFolder
    private let name: String
    private let path: String
    private let records: [String: [UInt8]]

    init(_ scratch: ScratchFolder, damaging name: String) throws {
        (self.scratch, self.name, path) = (scratch, name, try scratch.folder("models"))
        let registry = try ModelRegistry(folder: path)
        for seed: UInt64 in 1...2 {
            try registry.promote(registry.add(SurfaceKind.bundle(seed: seed), origin: "a test").number, reason: "a test")
        }
        _ = try scratch.folder("models/cycles")
        var records: [String: [UInt8]] = [:]
        for file in ["000001.json", "000002.json"] {
            records[file] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)")))
        }
        self.records = records
    }

    func feed(_ bytes: [UInt8]) throws {
        for (file, content) in records { try scratch.file("models/\(file)", content) }
        try scratch.file("models/\(name)", bytes)
        let registry = try ModelRegistry(folder: path)
        _ = (try registry.entries(), try registry.events(), try registry.cycles(), try registry.unreadable())
        _ = (try registry.current(), try registry.nextCycle())
        if name.hasPrefix("cycles") { return }
        _ = try? registry.promote(1, reason: "a test")
        _ = try registry.promote(2, reason: "a test")
    }
}

/// A labeling tool's export.
private struct LabelSurface: Surface {
    private let scratch: ScratchFolder
    private let frames: String

    init(_ scratch: ScratchFolder) throws {
        (self.scratch, frames) = (scratch, try scratch.folder("frames"))
        try ClassSet.camvid.write(to: "\(frames)/classes.yaml")
        _ = try scratch.folder("frames/images")
        for name in ["a", "b"] {
            try ImageFile.write(RGBImage(width: 64, height: 48), to: "\(frames)/images/\(name).jpg")
        }
    }

    func feed(_ bytes: [UInt8]) throws {
        let data = "\(scratch.path)/labels"
        try? FileManager.default.removeItem(atPath: data)
        _ = try LabelImport(scratch.file("export.json", bytes), frames: frames, to: data, labeledBy: "a test").run()
    }
}
