import Foundation
import RoadScenes
import Video

/// Labels as CVAT's "Segmentation mask 1.1" takes and gives them: one zip of palette PNGs and `labelmap.txt`.
///
/// Void is the background, which is black. A class that is black, or has another's colour, gets one of its own for the tool:
/// coming back, classes are told by their names.
struct VOCWriter: ExchangeWriter {
    private let files: StoreFolder
    private let classes: ClassSet
    private let colors: [[UInt8]]
    private var archive = ZipWriter()
    private var names: [String] = []

    init(_ files: StoreFolder, _ classes: ClassSet) {
        (self.files, self.classes) = (files, classes)
        var taken: Set<[UInt8]> = [[0, 0, 0]]
        colors = classes.members.map { member in
            if taken.insert(member.color).inserted { return member.color }
            var free = 1
            while !taken.insert([UInt8(free >> 16), UInt8(free >> 8 & 255), UInt8(free & 255)]).inserted { free += 1 }
            return [UInt8(free >> 16), UInt8(free >> 8 & 255), UInt8(free & 255)]
        }
    }

    mutating func add(_ frame: SpoolExport.Frame) throws(StoreError) {
        // Index 0 is the background, as VOC has it.
        let picture = GrayImage(width: frame.labels.width, height: frame.labels.height)
        let (from, to) = (frame.labels.bytes, picture.bytes)
        for index in to.indices {
            let label = from[index]
            to[index] = label == ClassSet.void ? 0 : label + 1
        }
        var palette = [UInt8](repeating: 0, count: 768)
        for (index, color) in colors.enumerated() { palette.replaceSubrange(3 * index + 3..<3 * index + 6, with: color) }
        let bytes = try ImageFile.png(picture, palette: palette)
        try archive.add("SegmentationClass/\(frame.name).png", bytes)
        names.append(frame.name)
    }

    mutating func finish() throws(StoreError) {
        let known = Set(classes.names.map { $0.lowercased() })
        // Whatever is not one of the classes stands for void.
        let void = ["background", "void", "unlabeled", "ignore"].first { !known.contains($0) } ?? "nothing"
        var map = "# label:color_rgb:parts:actions\n\(void):0,0,0::\n"
        for (member, color) in zip(classes.members, colors) {
            map += "\(Self.plain(member.name)):\(color.map(String.init).joined(separator: ","))::\n"
        }
        try archive.add("labelmap.txt", Array(map.utf8))
        try archive.add("ImageSets/Segmentation/default.txt", Array((names.joined(separator: "\n") + "\n").utf8))
        try files.write(archive.archive, "annotations.zip")
        // For the raw form of the task's labels.
        let labels = zip(classes.members, colors).map {
            CVATLabel(name: Self.plain($0.name), color: Self.hex($1), attributes: [])
        }
        try files.write(StoreJSON.encode(labels), "cvat-labels.json")
    }

    private struct CVATLabel: Encodable {
        let name: String
        let color: String
        let attributes: [String]
    }

    /// A name without the colon, which parts the fields of labelmap.txt.
    static func plain(_ name: String) -> String { name.replacing(":", with: "-") }

    static func hex(_ color: [UInt8]) -> String {
        "#" + color.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
