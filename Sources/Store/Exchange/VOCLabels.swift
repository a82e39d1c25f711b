import Files
import Foundation
import RoadScenes
import Video

/// CVAT's "Segmentation mask 1.1", unpacked: PNGs in the colours that `labelmap.txt` gives the classes.
struct VOCLabels: LabelSource {
    let classes: [String]
    let pictures: [String]
    private let masks: String
    private let colors: [SIMD3<UInt8>: UInt8]

    /// - Parameter map: the file labelmap.txt; the masks are in SegmentationClass beside it.
    init(_ map: String) throws(StoreError) {
        let folder = URL(fileURLWithPath: map).deletingLastPathComponent().path
        guard let lines = PathList.lines(Data(try WholeFile.read(map, atMost: PathList.largest))) else {
            throw StoreError("\(map) is no text.", remedy: "Save it as UTF-8.")
        }
        var (names, colors): ([String], [SIMD3<UInt8>: UInt8]) = ([], [:])
        for (number, line) in lines.map({ ($0.number, $0.text) }) where !line.hasPrefix("#") {
            // A name may have colons; parts and actions have none that matter.
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            let values =
                parts.count >= 4
                ? parts[parts.count - 3].split(separator: ",").compactMap { UInt8($0.trimmingCharacters(in: .whitespaces)) } : []
            guard values.count == 3, names.count < Int(ClassSet.void) else {
                throw StoreError("\(map), line \(number), is '\(line)', not 'name:red,green,blue::'.")
            }
            let color = SIMD3(values[0], values[1], values[2])
            let name = parts[..<(parts.count - 3)].joined(separator: ":")
            if let other = colors.updateValue(UInt8(names.count), forKey: color) {
                throw StoreError(
                    "\(map) gives '\(names[Int(other)])' and '\(name)' the same colour: whose a pixel is cannot be told.",
                    remedy: "Give them different colours in the tool, and export again.")
            }
            names.append(name)
        }
        (classes, self.colors) = (names, colors)
        masks = folder + "/SegmentationClass"
        guard let names = FolderNames.below(masks) else { throw .system("Cannot read \(masks)") }
        pictures = names.filter { $0.lowercased().hasSuffix(".png") }
        guard !pictures.isEmpty else { throw StoreError("There are no masks in \(masks).") }
    }

    func labels(_ index: Int, width: Int, height: Int) throws(StoreError) -> GrayImage {
        let file = "\(masks)/\(pictures[index])"
        let picture = try ImageFile.readRGB(file)
        let labels = GrayImage(width: picture.width, height: picture.height, filledWith: ClassSet.void)
        let (from, to) = (picture.bytes, labels.bytes)
        var last: (color: SIMD3<UInt8>, label: UInt8)?
        for row in 0..<picture.height {
            for column in 0..<picture.width {
                let place = row * picture.width + column
                let color = SIMD3(from[3 * place], from[3 * place + 1], from[3 * place + 2])
                if last?.color != color {
                    // Black is nothing, declared or not.
                    guard let label = colors[color] ?? (color == SIMD3() ? ClassSet.void : nil) else {
                        throw StoreError(
                            "\(file) has the colour (\(color.x), \(color.y), \(color.z)) at \(column), \(row), which labelmap.txt does not name."
                        )
                    }
                    last = (color, label)
                }
                to[place] = last!.label
            }
        }
        return labels
    }
}
