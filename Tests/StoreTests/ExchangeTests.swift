import Foundation
import RoadScenes
import Store
import Testing
import Video

/// Frames and labels to people's tools and back.
struct ExchangeTests {
    let folder = try! SpoolFolder()

    private func filled(_ count: Int = 3) throws -> Spool {
        let spool = try folder.open()
        for number in 1...count { try spool.add(SpoolFolder.entry(number, persons: number != 1)) }
        return spool
    }

    private func export(_ spool: Spool, _ format: ExchangeFormat, to path: String) throws -> (frames: Int, leftOut: [String]) {
        try SpoolExport(spool.items(), of: spool, to: path, as: format).run()
    }

    private func labels(_ file: String) throws -> [UInt8] {
        let image = try ImageFile.readGray(file)
        return Array(image.bytes)
    }

    /// What CVAT gives back is unpacked by whoever downloads it. These archives hold files as they are.
    private func unpack(_ path: String) throws {
        var rest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/annotations.zip")))[...]
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(rest[rest.startIndex + offset + $1]) << (8 * $1) }
        }
        while rest.starts(with: [0x50, 0x4b, 3, 4]) {
            let (size, name) = (number(18, 4), number(26, 2))
            let content = rest.dropFirst(30 + name)
            let file = URL(
                fileURLWithPath: path + "/unpacked/" + String(decoding: rest.dropFirst(30).prefix(name), as: UTF8.self))
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.prefix(size)).write(to: file)
            rest = content.dropFirst(size)
        }
        #expect(rest.starts(with: [0x50, 0x4b, 1, 2]))
    }

    @Test(arguments: ExchangeFormat.allCases) func whatNobodyChangedComesBackTheSame(_ format: ExchangeFormat) throws {
        let spool = try filled()
        let (out, data) = (folder.file("out"), folder.file("data"))
        let result = try export(spool, format, to: out)
        #expect(result.frames == 3 && result.leftOut.isEmpty)
        var from = out
        switch format {
        case .cvat:
            try unpack(out)
            from = out + "/unpacked"
        case .labelStudio:
            // As if a person had taken over every prediction.
            let tasks = try String(contentsOfFile: out + "/tasks.json", encoding: .utf8)
            from = out + "/export.json"
            try tasks.replacing("\"predictions\"", with: "\"annotations\"").write(toFile: from, atomically: true, encoding: .utf8)
        case .coco: from = out + "/annotations.json"
        case .folder: break
        }
        let outcome = try LabelImport(from, frames: out, to: data, labeledBy: "eve").run()
        #expect(outcome == LabelImport.Outcome(imported: 3, known: 0, refused: []))
        let set = try Dataset(DatasetLocation(.folder, data))
        #expect(set.classes == SpoolFolder.classes && set.items.count == 3)
        let origins = try FrameOrigin.read(data)
        for (item, name) in zip(try spool.items().reversed(), set.items.map(\.name)) {
            #expect(try labels("\(data)/labels/\(name).png") == labels(item.labelPath), "\(format) \(name)")
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: "\(data)/images/\(name).jpg"))
                    == Data(contentsOf: URL(fileURLWithPath: item.framePath)))
            let origin = try #require(origins[name])
            #expect(origin.source == item.source && origin.frame == item.frameNumber && origin.labeledBy == "eve")
            #expect(abs(try #require(origin.labeledAt).timeIntervalSinceNow) < 3600)
        }
        #expect(try LabelImport(from, frames: out, to: data, labeledBy: "eve").run().known == 3)
    }

    @Test func theMostUncertainAreOfOtherStretchesOfRoadFirst() throws {
        let spool = try folder.open()
        func add(_ seconds: Double, _ ratio: Double) throws -> Int64 {
            var entry = SpoolFolder.entry(Int(seconds), at: Date(timeIntervalSince1970: 1_800_000_000 + seconds))
            entry.selectedRatio = ratio
            return try spool.add(entry).id
        }
        let ids = try [(0, 0.5), (2, 0.4), (4, 0.45), (30, 0.8), (60, 0.6)].map { try add($0, $1) }
        func chosen(_ count: Int) throws -> [Int64] { try spool.items().mostUncertain(count).map(\.id) }
        #expect(try chosen(1) == [ids[1]])
        #expect(try chosen(3) == [ids[1], ids[4], ids[3]])
        #expect(try chosen(4) == [ids[1], ids[4], ids[3], ids[2]])
        #expect(try chosen(9).count == 5)
    }

    @Test func damagedFramesAreLeftOutAndNamedAndNothingIsWrittenOver() throws {
        let spool = try filled()
        let item = try #require(try spool.item(2))
        try Data("x".utf8).write(to: URL(fileURLWithPath: item.framePath))
        let out = folder.file("out")
        let result = try export(spool, .folder, to: out)
        #expect(result.frames == 2 && result.leftOut.count == 1)
        #expect(result.leftOut.first?.hasPrefix("item 2: 00000002-frame.jpg is damaged or gone.") == true)
        let again = #expect(throws: StoreError.self) { try export(spool, .coco, to: out) }
        #expect(again?.problem.contains("holds files already") == true)
    }

    @Test func aPersonsLabelsAreNotReplaced() throws {
        let spool = try filled()
        let (out, data) = (folder.file("out"), folder.file("data"))
        _ = try export(spool, .folder, to: out)
        _ = try LabelImport(out, frames: nil, to: data, labeledBy: "eve").run()
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: data + "/labels").sorted().first)
        let image = try ImageFile.readGray("\(data)/labels/\(name)")
        image.bytes[0] = 1
        try ImageFile.write(image, palette: SpoolFolder.classes.palette, to: "\(data)/labels/\(name)")
        let outcome = try LabelImport(out, frames: nil, to: data, labeledBy: "bob").run()
        #expect(outcome.known == 2 && outcome.refused.count == 1 && outcome.refused[0].contains("has other labels already"))
        #expect(try labels("\(data)/labels/\(name)")[0] == 1)
        #expect(try FrameOrigin.read(data).values.allSatisfy { $0.labeledBy == "eve" })
        // What a kill between the two files leaves.
        try FileManager.default.removeItem(atPath: "\(data)/images/\(name.replacing(".png", with: ".jpg"))")
        try FileManager.default.removeItem(atPath: "\(data)/labels/\(name)")
        #expect(try LabelImport(out, frames: nil, to: data, labeledBy: "eve").run().imported == 1)
    }

    /// A COCO file as other programs write it, for one exported frame.
    private func importCOCO(_ segmentation: String, category: String = "Person", size: String = "\"width\":48,\"height\":32")
        throws -> (
            outcome: LabelImport.Outcome, labels: [UInt8]
        )
    {
        let path = folder.file(UUID().uuidString)
        let spool = try folder.open()
        if try spool.items().isEmpty { try spool.add(SpoolFolder.entry(1, persons: true)) }
        _ = try export(spool, .folder, to: path)
        let name = try FileManager.default.contentsOfDirectory(atPath: path + "/images")[0]
        let text = """
            {"info":{},"licenses":[],"images":[{"id":7,\(size),"file_name":"folder/\(name)"}],
             "categories":[{"id":3,"name":"\(category)","supercategory":""}],
             "annotations":[{"id":1,"image_id":7,"category_id":3,"iscrowd":0,"segmentation":\(segmentation)}]}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/coco.json"))
        let outcome = try LabelImport(path + "/coco.json", frames: path, to: path + "/data", labeledBy: "x").run()
        guard outcome.imported == 1 else { return (outcome, []) }
        return (outcome, try labels("\(path)/data/labels/\(name.replacing(".jpg", with: ".png"))"))
    }

    @Test func polygonsAndPackedRunsAreRead() throws {
        let square = try importCOCO("[[10,5,20,5,20,15,10,15]]").labels
        #expect(square.count { $0 == 2 } == 100 && square.count { $0 == 255 } == 48 * 32 - 100)
        #expect(
            square[5 * 48 + 10] == 2 && square[14 * 48 + 19] == 2 && square[15 * 48 + 10] == 255 && square[5 * 48 + 20] == 255)
        // Columns 10 and 11, as pycocotools packs them: 320 outside, 64 inside, the rest outside.
        #expect(try importCOCO("{\"counts\":\"P:P2PT1\",\"size\":[32,48]}").labels.count { $0 == 2 } == 64)
        #expect(
            try importCOCO("{\"counts\":[320,64,1152],\"size\":[32,48]}").labels.enumerated().allSatisfy {
                ($1 == 2) == (10...11).contains($0 % 48)
            })
    }

    @Test func refusalsSayWhy() throws {
        func refused(_ segmentation: String, size: String = "\"width\":48,\"height\":32") throws -> String {
            try importCOCO(segmentation, size: size).outcome.refused.first ?? ""
        }
        #expect(try refused("{\"counts\":[320,64,9],\"size\":[32,48]}").contains("is not one of 48×32 pixels"))
        #expect(try refused("{\"counts\":[320,-64,1280],\"size\":[32,48]}").contains("is not one of 48×32 pixels"))
        #expect(try refused("{\"counts\":[9223372036854775807,1],\"size\":[32,48]}").contains("is not one of"))
        #expect(
            try refused("[[1,2]]", size: "\"width\":9,\"height\":32").contains("labeled as 9×32 pixels, the picture has 48×32"))
        let unknown = #expect(throws: StoreError.self) { try importCOCO("[[1,2]]", category: "giraffe") }
        #expect(unknown?.problem.contains("giraffe") == true && unknown?.remedy.contains("road, sky, person") == true)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.file("other.json")))
        for path in ["other.json", "nothing", "."] {
            #expect(throws: StoreError.self) {
                try LabelImport(folder.file(path), frames: nil, to: folder.file("d"), labeledBy: "x")
            }
        }
    }

    @Test func whatLabelStudioPutsBeforeNamesAndBrushesThatAreNoneAreTold() throws {
        let spool = try filled(1)
        let out = folder.file("out")
        _ = try export(spool, .labelStudio, to: out)
        let tasks = try String(contentsOfFile: out + "/tasks.json", encoding: .utf8)
        #expect(
            try String(contentsOfFile: out + "/labeling.xml", encoding: .utf8).contains(
                "<Label value=\"sky\" background=\"#4682b4\"/>"))
        func imported(_ change: (String) -> String) throws -> LabelImport.Outcome {
            let file = folder.file("\(UUID()).json")
            try Data(change(tasks.replacing("\"predictions\"", with: "\"annotations\"")).utf8).write(
                to: URL(fileURLWithPath: file))
            return try LabelImport(file, frames: out, to: folder.file(UUID().uuidString), labeledBy: "x").run()
        }
        #expect(try imported { $0.replacing("local-files/?d=images/", with: "upload/3/1f2e3d4c-") }.imported == 1)
        #expect(
            try imported { $0.replacing("\"original_width\" : 48", with: "\"original_width\" : 47") }.refused[0].contains("47×32")
        )
        #expect(
            try imported { $0.replacing("\"image_rotation\" : 0", with: "\"image_rotation\" : 90") }.refused[0].contains("turned")
        )
        #expect(try imported { $0.replacing("\"rle\" : [\n", with: "\"rle\" : [\n300,") }.refused[0].contains("brush mask"))
        // A task that nobody has answered yet.
        let none = folder.file("none.json")
        try Data(tasks.utf8).write(to: URL(fileURLWithPath: none))
        let outcome = try LabelImport(none, frames: out, to: folder.file("none"), labeledBy: "x").run()
        #expect(outcome.unlabeled.count == 1 && outcome.imported == 0 && outcome.refused.isEmpty)
    }

    @Test func blackClassesAndTwinsHaveColoursOfTheirOwnForCVAT() throws {
        let classes = ClassSet([
            .init("tunnel", 0, 0, 0), .init("road", 9, 9, 9), .init("lane: left", 9, 9, 9), .init("background", 3, 3, 3),
        ])
        let spool = try Spool(folder: folder.file("dark"), limits: .none, classes: classes)
        try spool.add(SpoolFolder.entry(1, persons: true))
        let (out, data) = (folder.file("out"), folder.file("data"))
        _ = try export(spool, .cvat, to: out)
        try unpack(out)
        let map = try String(contentsOfFile: out + "/unpacked/labelmap.txt", encoding: .utf8)
        #expect(map.contains("void:0,0,0::\ntunnel:0,0,1::\nroad:9,9,9::\nlane- left:0,0,2::\nbackground:"))
        #expect(try LabelImport(out + "/unpacked", frames: out, to: data, labeledBy: "x").run().imported == 1)
        let item = try #require(try spool.items().first)
        let name = try FileManager.default.contentsOfDirectory(atPath: data + "/labels")[0]
        #expect(try labels("\(data)/labels/\(name)") == labels(item.labelPath))
    }
}
