import Foundation
import RoadScenes
import Testing
import Video

struct DatasetTests {
    /// A folder that goes when the body is done.
    private func inFolder(_ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("dataset-\(UUID())").path
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        try body(root)
    }

    private func write(_ text: String, _ path: String) throws {
        try make(path)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func make(_ path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func picture(_ path: String, _ width: Int = 6, _ height: Int = 4) throws {
        try make(path)
        try ImageFile.write(RGBImage(width: width, height: height), to: path)
    }

    private func labels(_ path: String, _ values: [UInt8], width: Int = 6, height: Int = 4) throws {
        try make(path)
        let image = GrayImage(width: width, height: height)
        for index in image.bytes.indices { image.bytes[index] = values[index % values.count] }
        try ImageFile.write(image, to: path)
    }

    /// The first labels of an item, as they are loaded.
    private func firstLabels(_ data: Dataset, _ item: Int, _ count: Int) throws -> [UInt8] {
        let sample = try data.load(data.items[item])
        return Array(sample.labels.bytes.prefix(count))
    }

    private func problem(_ body: () throws -> Void) -> String {
        #expect(throws: SceneError.self) { try body() }?.problem ?? ""
    }

    @Test func camvidsListsLeadToTheFilesHereWhateverTheirPrefix() throws {
        try inFolder { root in
            try picture("\(root)/train/a.png")
            try labels("\(root)/trainannot/a.png", [0, 10, 11])
            try write("/SegNet/CamVid/train/a.png /SegNet/CamVid/trainannot/a.png\r\n\n", "\(root)/train.txt")
            let data = try Dataset(DatasetLocation(parsing: "camvid:\(root)"), split: "train")
            #expect(data.items.map(\.name) == ["a"])
            #expect(data.classes == .camvid)
            #expect(try firstLabels(data, 0, 3) == [0, 10, 255])
        }
    }

    @Test func picturesOfOneNameAreToldByTheirFolders() throws {
        try inFolder { root in
            for name in ["night/0", "day/0", "day/1"] {
                try picture("\(root)/\(name).png")
                try labels("\(root)/\(name)-labels.png", [0])
            }
            let lines = ["night/0", "day/0", "day/1", "day/1"].map { "\($0).png \($0)-labels.png\n" }
            try write(lines.joined(), "\(root)/train.txt")
            #expect(try Dataset(DatasetLocation(.camvid, root)).items.map(\.name) == ["night/0", "day/0", "1", "1"])
        }
    }

    /// As editors and scripts of other machines write lists.
    @Test(arguments: [
        "C:\\d\\train\\a.png C:\\d\\trainannot\\a.png\r\n", "\u{FEFF}/x/train/a.png /x/trainannot/a.png\n",
        "train/a.png\ttrainannot/a.png", "  \"train/a.png\"  \"trainannot/a.png\"  ", "'x\\train\\a.png' 'x\\trainannot\\a.png'",
        "D:\\My data\\train\\a.png D:\\My data\\trainannot\\a.png",
        "\r\n\r\n\\\\nas\\c\\train\\a.png\t\\\\nas\\c\\trainannot\\a.png",
    ]) func listsOfOtherMachinesAreUnderstood(text: String) throws {
        try inFolder { root in
            try picture("\(root)/train/a.png")
            try labels("\(root)/trainannot/a.png", [0])
            for (encoding, mark) in [
                (String.Encoding.utf8, [UInt8]()), (.utf16LittleEndian, [0xFF, 0xFE]), (.utf16BigEndian, [0xFE, 0xFF]),
            ] {
                if text.hasPrefix("\u{FEFF}"), !mark.isEmpty { continue }
                try (Data(mark) + text.data(using: encoding)!).write(to: URL(fileURLWithPath: "\(root)/train.txt"))
                let data = try Dataset(DatasetLocation(.camvid, root))
                #expect(data.items.map(\.image) == ["\(root)/train/a.png"] && data.items[0].labels == "\(root)/trainannot/a.png")
            }
        }
    }

    @Test func namesWithBlanksAreFoundWhereTheFilesAre() throws {
        try inFolder { root in
            try picture("\(root)/train/wet road 1.png")
            try labels("\(root)/trainannot/wet road 1.png", [0])
            try write("D:\\my set\\train\\wet road 1.png D:\\my set\\trainannot\\wet road 1.png", "\(root)/train.txt")
            #expect(try Dataset(DatasetLocation(.camvid, root)).items.map(\.name) == ["wet road 1"])
            try FileManager.default.removeItem(atPath: "\(root)/trainannot/wet road 1.png")
            let missing = problem { _ = try Dataset(DatasetLocation(.camvid, root)) }
            #expect(missing.contains("line 1") && missing.contains("trainannot/wet road 1.png"))
            try Data([0x80, 0x81, 0xFF]).write(to: URL(fileURLWithPath: "\(root)/train.txt"))
            #expect(problem { _ = try Dataset(DatasetLocation(.camvid, root)) }.contains("is no text"))
        }
    }

    @Test(arguments: [
        String(repeating: "a b", count: 20_000), String(repeating: " x", count: 2000), "a " + String(repeating: "x", count: 9000),
    ])
    func linesThatCannotBeTwoPathsAreRefusedAtOnce(line: String) throws {
        try inFolder { root in
            try write("\n\(line)\n", "\(root)/train.txt")
            let found = problem { _ = try Dataset(DatasetLocation(.camvid, root)) }
            #expect(found.contains("train.txt, line 2 is too long for two paths") && found.utf8.count < 500)
        }
    }

    @Test func camvidsErrorsNameTheListTheLineAndTheFile() throws {
        try inFolder { root in
            let location = DatasetLocation(.camvid, root)
            let missing = problem { _ = try Dataset(location, split: "val") }
            #expect(missing.contains("val.txt: No such file"), "\(missing)")
            mkfifo("\(root)/val.txt", 0o600)
            let pipe = problem { _ = try Dataset(location, split: "val") }
            #expect(pipe.contains("val.txt: it is not a file"), "\(pipe)")
            try write("/x/train/a.png", "\(root)/train.txt")
            #expect(problem { _ = try Dataset(location) }.contains("train.txt, line 1"))
            try picture("\(root)/train/a.png")
            try write("/x/train/a.png /x/trainannot/a.png", "\(root)/train.txt")
            #expect(problem { _ = try Dataset(location) }.contains("trainannot/a.png"))
            try labels("\(root)/trainannot/a.png", [0, 12])
            let data = try Dataset(location)
            let wrong = problem { _ = try data.load(data.items[0]) }
            #expect(wrong.contains("trainannot/a.png") && wrong.contains("label 12 at 1, 0"))
            try labels("\(root)/trainannot/a.png", [0], width: 5)
            #expect(problem { _ = try data.load(data.items[0]) }.contains("5×4"))
            try write("no picture", "\(root)/trainannot/a.png")
            #expect(problem { _ = try data.load(data.items[0]) }.contains("trainannot/a.png"))
        }
    }

    @Test func cityscapesIdsBecomeTrainIdsAndOrphansAreReported() throws {
        try inFolder { root in
            let (image, truth) = ("\(root)/leftImg8bit/train/aachen/", "\(root)/gtFine/train/aachen/")
            try picture("\(image)aachen_0_leftImg8bit.png")
            try labels("\(truth)aachen_0_gtFine_labelIds.png", [7, 33, 0, 255, 26, 16])
            try picture("\(image)aachen_1_leftImg8bit.png")
            try labels("\(truth)aachen_2_gtFine_labelIds.png", [7])
            let data = try Dataset(DatasetLocation(.cityscapes, root), split: "train")
            #expect(data.items.map(\.name) == ["aachen/aachen_0"])
            #expect(data.orphans == ["\(image)aachen_1_leftImg8bit.png", "\(truth)aachen_2_gtFine_labelIds.png"])
            #expect(try firstLabels(data, 0, 6) == [0, 18, 255, 255, 13, 255])
            try labels("\(truth)aachen_0_gtFine_labelIds.png", [34])
            #expect(problem { _ = try data.load(data.items[0]) }.contains("label 34"))
            try labels("\(root)/gtFine/val/ulm/ulm_0_gtFine_labelIds.png", [7])
            let alone = problem { _ = try Dataset(DatasetLocation(.cityscapes, root), split: "val") }
            #expect(alone.contains("ulm_0_gtFine_labelIds.png"))
        }
    }

    @Test func aFolderHasClassesOfItsOwnAndSplitsWhereItWants() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n- {name: other, color: [4, 5, 6]}\n", "\(root)/classes.yaml")
            try picture("\(root)/val/images/b.png")
            try picture("\(root)/val/images/a.jpg")
            for name in ["a", "b"] { try labels("\(root)/val/labels/\(name).png", [0, 1, 255]) }
            let data = try Dataset(DatasetLocation(.folder, root), split: "val")
            #expect(data.items.map(\.name) == ["a", "b"])
            #expect(data.classes.names == ["road", "other"])
            #expect(try firstLabels(data, 0, 3) == [0, 1, 255])
            #expect(problem { _ = try Dataset(DatasetLocation(.folder, root)) }.contains("\(root)/images"))
            try FileManager.default.removeItem(atPath: "\(root)/val/labels/b.png")
            #expect(problem { _ = try Dataset(DatasetLocation(.folder, root), split: "val") }.contains("val/images/b.png"))
            try labels("\(root)/val/labels/b.png", [2])
            try labels("\(root)/val/labels/c.png", [0])
            #expect(problem { _ = try Dataset(DatasetLocation(.folder, root), split: "val") }.contains("val/labels/c.png"))
            #expect(problem { _ = try data.load(data.items[1]) }.contains("label 2"))
        }
    }

    /// What a kill leaves between a picture and its labels, or nobody has labeled yet.
    @Test func aFolderThatPeopleAreLabelingMayHavePicturesWithoutLabels() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n- {name: other, color: [4, 5, 6]}\n", "\(root)/classes.yaml")
            for name in ["images/a.png", "images/b.png"] { try picture("\(root)/\(name)") }
            try make("\(root)/labels/x")
            let location = DatasetLocation(.folder, root)
            #expect(problem { _ = try Dataset(location) }.contains("images/a.png has no labels"))
            let none = try Dataset(location, isGrowing: true)
            #expect(none.items.isEmpty && none.orphans == ["\(root)/images/a.png", "\(root)/images/b.png"])
            try labels("\(root)/labels/b.png", [0, 1])
            let some = try Dataset(location, isGrowing: true)
            #expect(some.items.map(\.name) == ["b"] && some.orphans == ["\(root)/images/a.png"])
            try labels("\(root)/labels/c.png", [0, 1])
            #expect(problem { _ = try Dataset(location, isGrowing: true) }.contains("labels/c.png has no picture"))
        }
    }

    @Test func picturesInFoldersBelowAreNotLeftOutWithoutAWord() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n- {name: other, color: [4, 5, 6]}\n", "\(root)/classes.yaml")
            for name in ["a", "city/b"] {
                try picture("\(root)/images/\(name).png")
                try labels("\(root)/labels/\(name).png", [0, 1])
            }
            try picture("\(root)/images/thumbnails/a.png")
            #expect(problem { _ = try Dataset(DatasetLocation(.folder, root)) }.contains("images/city is a folder with pictures"))
            try FileManager.default.removeItem(atPath: "\(root)/labels/city")
            #expect(try Dataset(DatasetLocation(.folder, root)).items.count == 1)
        }
    }

    @Test func aFolderWithSplitsIsItsTrainWhereNoneIsNamed() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n", "\(root)/classes.yaml")
            for (split, name) in [("train", "a"), ("val", "b")] {
                try picture("\(root)/\(split)/images/\(name).png")
                try labels("\(root)/\(split)/labels/\(name).png", [0])
            }
            #expect(try Dataset(DatasetLocation(.folder, root)).items.map(\.name) == ["a"])
            try picture("\(root)/images/c.png")
            try labels("\(root)/labels/c.png", [0])
            #expect(try Dataset(DatasetLocation(.folder, root)).items.map(\.name) == ["c"])
        }
    }

    /// Files of a camera, an editor or another machine.
    @Test func aFoldersFilesAreToldByTheirNamesWhateverTheirEndings() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n", "\(root)/classes.yaml")
            for (name, ending) in [("a", "PNG"), ("b", "bmp"), ("c", "Tiff"), ("d", "webp"), ("e", "ppm"), ("f", "JPEG")] {
                try picture("\(root)/images/\(name).png")
                try FileManager.default.moveItem(
                    atPath: "\(root)/images/\(name).png", toPath: "\(root)/images/\(name).\(ending)")
                try labels("\(root)/labels/\(name).png", [0])
            }
            try FileManager.default.moveItem(atPath: "\(root)/labels/a.png", toPath: "\(root)/labels/a.PNG")
            let location = DatasetLocation(.folder, root)
            let data = try Dataset(location)
            #expect(data.items.map(\.name) == ["a", "b", "c", "d", "e", "f"])
            #expect(data.items[0].labels == "\(root)/labels/a.PNG" && data.items[1].image == "\(root)/images/b.bmp")
            #expect(try firstLabels(data, 1, 1) == [0])

            try FileManager.default.moveItem(atPath: "\(root)/labels/b.png", toPath: "\(root)/labels/b.bmp")
            let other = #expect(throws: SceneError.self) { try Dataset(location) }
            #expect(other?.description.contains("labels/b.bmp is not read. Labels are PNG files.") == true)
            try FileManager.default.moveItem(atPath: "\(root)/labels/b.bmp", toPath: "\(root)/labels/b.png")
            try FileManager.default.moveItem(atPath: "\(root)/images/b.bmp", toPath: "\(root)/images/b.heic")
            let kinds = #expect(throws: SceneError.self) { try Dataset(location) }
            #expect(kinds?.description.contains("images/b.heic is not read. Pictures are PNG, JPEG, BMP") == true)
            try picture("\(root)/images/b.png")
            try picture("\(root)/images/b.jpg")
            #expect(problem { _ = try Dataset(location) }.contains("images/b.png differ only in their endings"))
        }
    }

    @Test func aFolderMayHoldAConfidenceForEveryPicture() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n", "\(root)/classes.yaml")
            for name in ["a", "b"] {
                try picture("\(root)/images/\(name).png")
                try labels("\(root)/labels/\(name).png", [0, 255])
            }
            let location = DatasetLocation(.folder, root)
            let plain = try Dataset(location)
            #expect(try plain.load(plain.items[0]).confidence == nil)

            try labels("\(root)/confidence/a.png", [7, 200])
            #expect(problem { _ = try Dataset(location) }.contains("confidence/b.png"))
            try labels("\(root)/confidence/b.png", [0])
            let data = try Dataset(location)
            let first = try data.load(data.items[0])
            #expect(first.confidence.map { Array($0.bytes.prefix(2)) } == [7, 200])

            try labels("\(root)/confidence/b.png", [0], width: 5)
            #expect(problem { _ = try data.load(data.items[1]) }.contains("confidence/b.png has 5×4"))
            try labels("\(root)/confidence/c.png", [0])
            #expect(problem { _ = try Dataset(location) }.contains("confidence/c.png has no picture"))
        }
    }

    @Test func aMissingFolderIsAnError() {
        for layout in DatasetLocation.Layout.allCases {
            #expect(problem { _ = try Dataset(DatasetLocation(layout, "/nowhere/at/all")) }.contains("/nowhere/at/all"))
        }
    }

    @Test(arguments: ["camvid", "camvid:", "coco:/data", "", ":x"])
    func otherLocationsAreRefused(text: String) {
        #expect(throws: SceneError.self) { try DatasetLocation(parsing: text) }
    }

    /// As in a configuration; the shell leaves it as it is behind a colon.
    @Test func aDataSetMayLieInTheHomeFolder() throws {
        #expect(try DatasetLocation(parsing: "camvid:~/data/a") == DatasetLocation(.camvid, NSHomeDirectory() + "/data/a"))
        #expect(try DatasetLocation(parsing: "folder:~").path == NSHomeDirectory())
        for path in ["a~/b", "./~/b", "~no-user-of-this-name/b"] {
            #expect(try DatasetLocation(parsing: "folder:\(path)").path == path)
        }
    }

    @Test func aPartIsChosenByTheSeedAndSmallerPartsLieWithinLargerOnes() throws {
        try inFolder { root in
            try write("- {name: road, color: [1, 2, 3]}\n", "\(root)/classes.yaml")
            for index in 0..<16 {
                try picture("\(root)/images/\(index).png")
                try labels("\(root)/labels/\(index).png", [0])
            }
            let data = try Dataset(DatasetLocation(.folder, root))
            let half = data.split(try DatasetFraction(parsing: "1/2"), seed: 3)
            let quarter = data.split(try DatasetFraction(parsing: "0.25"), seed: 3)
            #expect(half.chosen.items.count == 8)
            #expect(Set(half.chosen.items).isDisjoint(with: half.rest.items))
            #expect(Set(half.chosen.items).union(half.rest.items) == Set(data.items))
            #expect(Set(quarter.chosen.items).isSubset(of: half.chosen.items))
            #expect(half.chosen.items == data.split(try DatasetFraction(parsing: "1/2"), seed: 3).chosen.items)
            #expect(half.chosen.items != data.split(try DatasetFraction(parsing: "1/2"), seed: 4).chosen.items)
        }
    }

    @Test(arguments: ["0", "2", "3/2", "1/0", "x", "-1/2", "1/2/3", "nan"])
    func partsOutsideOf0To1AreRefused(text: String) {
        #expect(throws: SceneError.self) { try DatasetFraction(parsing: text) }
    }
}
