import Foundation
import RoadScenes
import Testing
import Video

/// Label files whose palettes tell something else than their values.
struct LabelColorsTests {
    private static let classes = ClassSet([.init("road", 128, 64, 128), .init("sky", 70, 130, 180), .init("person", 220, 20, 60)])
    /// Road, sky, person, void.
    private static let truth: [UInt8] = [0, 1, 2, 255]

    /// Loads one label file as a data set would.
    private func load(
        _ values: [UInt8], palette: [[UInt8]]?, classes: ClassSet = classes
    ) throws -> [UInt8] {
        try inFolder(classes) { root in
            let image = GrayImage(width: values.count, height: 1)
            for (index, value) in values.enumerated() { image.bytes[index] = value }
            try ImageFile.write(image, palette: palette.map { $0.flatMap { $0 } }, to: "\(root)/labels/a.png")
            try ImageFile.write(RGBImage(width: values.count, height: 1), to: "\(root)/images/a.png")
        }
    }

    private func load(colors: [[UInt8]]) throws -> [UInt8] {
        try inFolder(Self.classes) { root in
            let image = RGBImage(width: colors.count, height: 1)
            for (index, color) in colors.enumerated() {
                for channel in 0..<3 { image.bytes[3 * index + channel] = color[channel] }
            }
            try ImageFile.write(image, to: "\(root)/labels/a.png")
            try ImageFile.write(image, to: "\(root)/images/a.png")
        }
    }

    private func inFolder(_ classes: ClassSet, _ body: (String) throws -> Void) throws -> [UInt8] {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("labels-\(UUID())").path
        for part in ["images", "labels"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(part)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: root) }
        try classes.write(to: "\(root)/classes.yaml")
        try body(root)
        let data = try Dataset(DatasetLocation(.folder, root))
        let sample = try data.load(data.items[0])
        return Array(sample.labels.bytes)
    }

    private func padded(_ colors: [[UInt8]]) -> [[UInt8]] {
        colors + [[UInt8]](repeating: [0, 0, 0], count: 256 - colors.count)
    }

    private static let road: [UInt8] = [128, 64, 128], sky: [UInt8] = [70, 130, 180], person: [UInt8] = [220, 20, 60]

    @Test func valuesCountWherePalettesAgreeOrSayNothing() throws {
        let own = padded([Self.road, Self.sky, Self.person])
        #expect(try load(Self.truth, palette: own) == Self.truth)
        #expect(try load(Self.truth, palette: nil) == Self.truth)
        #expect(try load(Self.truth, palette: (0..<256).map { [UInt8($0), UInt8($0), UInt8($0)] }) == Self.truth)
        var white = own
        white[255] = [255, 255, 255]
        #expect(try load(Self.truth, palette: white) == Self.truth)
        // A class that is black, as void is in the palettes written here.
        let dark = ClassSet(Self.classes.members + [.init("tunnel", 0, 0, 0)])
        #expect(try load([0, 3, 255], palette: padded([Self.road, Self.sky, Self.person]), classes: dark) == [0, 3, 255])
        // Two classes of one colour.
        let twins = ClassSet([.init("left", 9, 9, 1), .init("right", 9, 9, 1)])
        #expect(try load([0, 1, 255], palette: padded([[9, 9, 1], [9, 9, 1]]), classes: twins) == [0, 1, 255])
    }

    @Test func coloursCountWhereThePaletteIsInAnotherOrder() throws {
        #expect(try load([0, 1, 2, 3], palette: padded([[0, 0, 0], Self.person, Self.road, Self.sky])) == [255, 2, 0, 1])
        #expect(
            try load(
                [5, 6, 9],
                palette: padded([
                    [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1], Self.sky, Self.road, [7, 7, 7], [7, 7, 7],
                    [255, 255, 255],
                ])) == [1, 0, 255])
        #expect(try load(colors: [Self.sky, Self.road, [0, 0, 0], Self.person]) == [1, 0, 255, 2])
    }

    /// Sky of full alpha; road and a colour of no class, both wholly transparent; road that is nearly so.
    @Test func transparentPixelsAreVoidWhateverLiesBelow() throws {
        let file =
            "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABCAYAAAD5PA/NAAAAGUlEQVR42mNwa9ryv8GhgYGRiZmhwaGBEQA0gwUDK4zgEAAAAABJRU5ErkJggg=="
        let seen = try inFolder(Self.classes) { root in
            try #require(Data(base64Encoded: file)).write(to: URL(fileURLWithPath: "\(root)/labels/a.png"))
            try ImageFile.write(RGBImage(width: 4, height: 1), to: "\(root)/images/a.png")
        }
        #expect(seen == [1, 255, 255, 0])
    }

    @Test func whatNeitherValuesNorColoursTellIsRefused() {
        func problem(_ values: [UInt8], _ palette: [[UInt8]], _ classes: ClassSet = Self.classes) -> String {
            #expect(throws: SceneError.self) { try load(values, palette: padded(palette), classes: classes) }?.problem ?? ""
        }
        #expect(
            problem([0, 1], [Self.road, [1, 2, 3]]).contains(
                "palette that contradicts its classes: the value 1 is (1, 2, 3) there, and class 1, sky, is (70, 130, 180)"))
        #expect(problem([0, 1], [[128, 0, 0], [0, 128, 0]]).contains("palette"))
        let twins = ClassSet([.init("a", 9, 9, 1), .init("b", 9, 9, 1), .init("c", 70, 130, 180)])
        #expect(problem([0, 2], [Self.sky, [0, 0, 0], [9, 9, 1]], twins).contains("the value 2 is (9, 9, 1)"))
        #expect(problem([0, 7], [Self.road]).contains("label 7 at 1, 0"))
        let colour = #expect(throws: SceneError.self) { try load(colors: [Self.sky, [1, 2, 3]]) }
        #expect(colour?.problem.contains("is a colour picture, and its pixel 1, 0 is (1, 2, 3)") == true)
    }
}
