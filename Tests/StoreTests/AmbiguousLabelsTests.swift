import Foundation
import RoadScenes
import Store
import Testing
import Video

/// Exports that do not say whose a mask is: nothing is guessed.
struct AmbiguousLabelsTests {
    let folder = try! SpoolFolder()
    private var frames: String { folder.file("frames") }
    private var export: String { folder.file("export") }
    private typealias Object = [String: Any]

    private func write(_ data: Data, _ path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func picture(_ name: String) throws {
        try SpoolFolder.classes.write(to: prepared(frames) + "/classes.yaml")
        try write(Data("P6\n2 1\n255\n".utf8) + Data([1, 2, 3, 4, 5, 6]), "\(frames)/images/\(name)")
    }

    private func prepared(_ folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// CVAT's masks: a road pixel and a sky pixel each.
    private func masks(_ names: [String], map: String = "road:128,64,128::\nsky:70,130,180::\n") throws {
        try write(Data(map.utf8), export + "/labelmap.txt")
        let mask = RGBImage(width: 2, height: 1)
        for (place, value) in [UInt8](arrayLiteral: 128, 64, 128, 70, 130, 180).enumerated() { mask.bytes[place] = value }
        for name in names {
            let path = "\(export)/SegmentationClass/\(name)"
            try write(Data(), path)
            try ImageFile.write(mask, to: path)
        }
    }

    private func imported(_ from: String? = nil) throws -> LabelImport.Outcome {
        try LabelImport(from ?? export, frames: frames, to: folder.file("data"), labeledBy: "eve").run()
    }

    @Test func labelsOfOneOfSeveralPicturesOfANameAreRefused() throws {
        for name in ["a/1.ppm", "b/1.ppm", "a/2.ppm"] { try picture(name) }
        try masks(["b/1.png", "a/2.png"])
        let outcome = try imported()
        #expect(outcome.imported == 1 && outcome.refused.count == 1)
        #expect(outcome.refused.first?.contains("a/1.ppm") == true && outcome.refused.first?.contains("b/1.ppm") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("data/labels")) == ["2.png"])
    }

    @Test func aClassListThatCannotBeReadIsNotCalledNoText() throws {
        try picture("1.ppm")
        _ = try prepared(export)
        mkfifo(export + "/labelmap.txt", 0o600)
        let error = #expect(throws: StoreError.self) { try imported() }
        #expect(error?.problem.contains("labelmap.txt: it is not a file") == true, "\(error as Any)")
    }

    /// On other disks, for instance.
    @Test func whatIsReachedByLinksIsFound() throws {
        try picture("1.ppm")
        try masks(["1.png"])
        let parts = ["/SegmentationClass/1.png", "/SegmentationClass", "/labelmap.txt", ""].map { export + $0 }
        for path in [frames + "/images/1.ppm", frames] + parts {
            try FileManager.default.moveItem(atPath: path, toPath: path + "-elsewhere")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path + "-elsewhere")
        }
        #expect(try imported() == LabelImport.Outcome(imported: 1))
    }

    @Test func aFileOfLabelsMayBeALink() throws {
        try picture("1.ppm")
        let mark: Object = ["id": 1, "image_id": 1, "category_id": 1, "segmentation": [[0, 0, 2, 0, 2, 1, 0, 1]]]
        let document: Object = [
            "images": [["id": 1, "file_name": "1.ppm", "width": 2, "height": 1]], "categories": [["id": 1, "name": "road"]],
            "annotations": [mark],
        ]
        try write(JSONSerialization.data(withJSONObject: document), folder.file("coco.json"))
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "coco.json")
        #expect(try imported(folder.file("link")) == LabelImport.Outcome(imported: 1))
    }

    /// root may read everything.
    @Test(.enabled(if: geteuid() != 0)) func aFolderThatCannotBeReadHidesNoOther() throws {
        try picture("1.ppm")
        try masks(["1.png"])
        let closed = [frames, export, export + "/SegmentationClass"].map { $0 + "/lost+found" }
        for path in closed { mkdir(path, 0) }
        defer { for path in closed { chmod(path, 0o700) } }
        #expect(try imported() == LabelImport.Outcome(imported: 1))
        chmod(export, 0)
        let error = #expect(throws: StoreError.self) { try imported() }
        chmod(export, 0o700)
        #expect(error?.code == .notPermitted && error?.problem.contains(export) == true)
    }

    /// What data sets read, in whatever letters.
    @Test func picturesOfAllKindsAreFound() throws {
        try picture("1.PPM")
        try masks(["1.PNG"])
        #expect(try imported() == LabelImport.Outcome(imported: 1))
    }

    @Test(arguments: ["speed=50", "a?b", "1f2e3d4c-1", "x-1", "100%25"])
    func namesWithAnAddresssCharactersAreFound(_ name: String) throws {
        try picture("\(name).ppm")
        try masks(["\(name).png"])
        #expect(try imported() == LabelImport.Outcome(imported: 1))
    }

    /// Another camera's picture may differ in what stands before the number alone.
    @Test(arguments: ["night_1.png", "cam-1.png", "2_1.png"]) func aNameIsNotCutShort(_ name: String) throws {
        try picture("1.ppm")
        try masks([name])
        let outcome = try imported()
        #expect(outcome.imported == 0 && outcome.refused.first?.contains("There is no picture of that name") == true)
    }

    @Test func severalExportsInOneFolderAreRefused() throws {
        try picture("1.ppm")
        try masks(["1.png"])
        try FileManager.default.copyItem(atPath: export, toPath: folder.file("second"))
        try FileManager.default.moveItem(atPath: folder.file("second"), toPath: export + "/second")
        let error = #expect(throws: StoreError.self) { try imported() }
        #expect(error?.problem.contains("several exports: labelmap.txt, second/labelmap.txt") == true)
    }

    @Test(arguments: [String.Encoding.utf8, .utf16]) func aListOfClassesFromAnEditorIsRead(_ encoding: String.Encoding) throws {
        try picture("1.ppm")
        try masks(["1.png"])
        let map = "\u{FEFF}road:128,64,128::\r\n  \r\nsky:70,130,180:: \r\n"
        try write(#require(map.data(using: encoding)), export + "/labelmap.txt")
        #expect(try imported() == LabelImport.Outcome(imported: 1))
    }

    /// A project's list has the classes of other tasks too.
    @Test func aClassThatNoMaskHasMayBeUnknown() throws {
        try picture("1.ppm")
        try masks(["1.png"], map: "road:128,64,128::\nsky:70,130,180::\nunicorn:1,2,3::\n")
        #expect(try imported() == LabelImport.Outcome(imported: 1))
        try masks(["1.png"], map: "road:128,64,128::\nunicorn:70,130,180::\n")
        let error = #expect(throws: StoreError.self) { try imported() }
        #expect(error?.problem.contains("does not: unicorn") == true)
    }

    @Test func twoClassesOfOneColourAreRefused() throws {
        try picture("1.ppm")
        try masks(["1.png"], map: "road:128,64,128::\nsky:70,130,180::\nperson:128,64,128::\n")
        let error = #expect(throws: StoreError.self) { try imported() }
        #expect(error?.problem.contains("'road' and 'person' the same colour") == true)
    }

    // MARK: COCO

    private func coco(_ change: (inout [Object], inout [Object], inout [Object]) -> Void) throws -> LabelImport.Outcome {
        try picture("1.ppm")
        try picture("2.ppm")
        var images: [Object] = [1, 2].map { ["id": $0, "width": 2, "height": 1, "file_name": "\($0).ppm"] }
        var categories: [Object] = [["id": 1, "name": "road"], ["id": 2, "name": "sky"]]
        let mask: Object = ["counts": [0, 2], "size": [1, 2]]
        var objects: [Object] = [["id": 1, "image_id": 1, "category_id": 1, "segmentation": mask]]
        change(&images, &categories, &objects)
        let document: Object = ["images": images, "categories": categories, "annotations": objects]
        let file = folder.file("\(UUID()).json")
        try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: file))
        return try imported(file)
    }

    @Test func aNumberOfTwoPicturesOrClassesIsRefused() throws {
        let picture = #expect(throws: StoreError.self) { try coco { images, _, _ in images[1]["id"] = 1 } }
        #expect(picture?.problem.contains("picture number 1 stands for '1.ppm' and for '2.ppm'") == true)
        let category = #expect(throws: StoreError.self) { try coco { _, categories, _ in categories[1]["id"] = 1 } }
        #expect(category?.problem.contains("category number 1 stands for 'road' and for 'sky'") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("data")))
    }

    @Test func boxesAndObjectsOfNoPictureAreLeftOutAndCounted() throws {
        let outcome = try coco { _, _, objects in
            var (box, null, lost) = (objects[0], objects[0], objects[0])
            (box["segmentation"], null["segmentation"], lost["image_id"]) = (nil, NSNull(), 9)
            objects += [box, null, lost]
        }
        #expect(outcome.imported == 1 && outcome.refused.isEmpty && outcome.unlabeled == ["2.ppm"])
        #expect(outcome.notice?.contains("2 objects without a mask, 1 of pictures") == true, "\(outcome.notice ?? "")")
    }

    /// As CVAT and others write a box alone.
    @Test(arguments: [[], [[]], [[0, 0, 2, 1]]] as [[[Int]]]) func aBoxWithPolygonsOfNoPixelIsCountedAsOne(_ polygons: [[Int]])
        throws
    {
        let outcome = try coco { _, _, objects in objects.append(objects[0].merging(["segmentation": polygons]) { $1 }) }
        #expect(outcome.imported == 1 && outcome.notice?.contains("1 objects without a mask") == true, "\(outcome.notice ?? "")")
    }

    /// Lists have all that a project knows, and a class above them all.
    @Test func aClassThatNoObjectHasMayBeUnknown() throws {
        let outcome = try coco { _, categories, _ in categories.append(["id": 0, "name": "road-objects"]) }
        #expect(outcome.imported == 1 && outcome.refused.isEmpty)
        let error = #expect(throws: StoreError.self) {
            try coco { _, categories, objects in
                categories.append(["id": 7, "name": "unicorn"])
                objects[0]["category_id"] = 7
            }
        }
        #expect(error?.problem.contains("does not: unicorn") == true)
    }

    @Test(
        arguments: [
            ["id": "a1"], ["iscrowd": false], ["area": "12"], ["bbox": ["0", "0"]], ["segmentation": [0, 0, 2, 0, 2, 1, 0, 1]],
        ] as [[String: any Sendable]])
    func whatOtherProgramsWriteBesideMasksSpoilsNone(_ entries: [String: any Sendable]) throws {
        let outcome = try coco { _, _, objects in objects[0].merge(entries) { $1 } }
        #expect(outcome.imported == 1 && outcome.refused.isEmpty && outcome.notice == nil)
    }

    @Test func aPictureWithoutASizeHasThatOfItsFile() throws {
        #expect(try coco { images, _, _ in (images[0]["width"], images[0]["height"]) = (nil, nil) }.imported == 1)
    }

    @Test func anUnknownMaskRefusesItsPictureAlone() throws {
        for mask: Any in [[:] as Object, [["counts": [0, 2], "size": [1, 2]]], ["counts": "~~", "size": [1, 2]]] {
            let outcome = try coco { _, _, objects in
                var other = objects[0]
                (other["id"], other["image_id"], other["segmentation"]) = (5, 2, mask)
                objects.append(other)
            }
            #expect(outcome.imported + outcome.known == 1 && outcome.refused.count == 1)
            #expect(outcome.refused.first?.hasPrefix("2.ppm: The mask of object 5 is neither") == true)
        }
        let far = try coco { _, _, objects in objects[0]["segmentation"] = [[0, 0, 3e7, 0, 3e7, 1]] }
        #expect(far.refused.first?.contains("object 1 have corners far from the picture") == true)
    }

    /// Python writes what is no number as NaN.
    @Test func aNumberThatIsNoneSpoilsNothing() throws {
        try picture("1.ppm")
        let text = """
            {"images": [{"id": 1, "width": 2, "height": 1, "file_name": "1.ppm"}], "categories": [{"id": 1, "name": "road"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "area": NaN, "segmentation": [[0, 0, 2, 0, 2, 1, 0, 1]]}]}
            """
        try write(Data(text.utf8), folder.file("nan.json"))
        #expect(try imported(folder.file("nan.json")).imported == 1)
        try write(Data(text.replacing("\"category_id\"", with: "\"class\"").utf8), folder.file("other.json"))
        let error = #expect(throws: StoreError.self) { try imported(folder.file("other.json")) }
        #expect(error?.problem.contains("read as COCO's, it has no annotations, 1, category_id") == true)
    }
}
