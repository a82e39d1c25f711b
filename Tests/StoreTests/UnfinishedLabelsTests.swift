import Foundation
import RoadScenes
import Store
import Testing
import Video

/// Exports in which people have not labeled everything yet, or more than masks.
struct UnfinishedLabelsTests {
    let folder = try! SpoolFolder()
    private var out: String { folder.file("out") }
    private var data: String { folder.file("data") }

    /// The names of so many exported frames, the newest first.
    private func exported(_ count: Int, _ format: ExchangeFormat) throws -> [String] {
        let spool = try folder.open()
        for number in 1...count { try spool.add(SpoolFolder.entry(number, persons: true)) }
        _ = try SpoolExport(spool.items(), of: spool, to: out, as: format).run()
        return try spool.items().map(\.exchangeName)
    }

    private func imported(_ file: String, by person: String = "eve") throws -> LabelImport.Outcome {
        try LabelImport(file, frames: out, to: data, labeledBy: person).run()
    }

    private func files(_ part: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(data)/\(part)")) ?? []).sorted()
    }

    private func voidPicture() -> GrayImage { GrayImage(width: 48, height: 32, filledWith: ClassSet.void) }

    // MARK: COCO

    @Test func picturesWithoutAMarkAreLeftOutAndComeWithTheFinishedFile() throws {
        let names = try exported(3, .coco)
        let whole = out + "/annotations.json"
        var document = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: whole))) as? [String: Any])
        let images = try #require(document["images"] as? [[String: Any]])
        let marks = try #require(document["annotations"] as? [[String: Any]])
        let first = try #require(images.first?["id"] as? Int)
        document["annotations"] = marks.filter { $0["image_id"] as? Int == first }
        let half = folder.file("half.json")
        try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: half))
        let outcome = try imported(half)
        #expect(outcome.imported == 1 && outcome.refused.isEmpty)
        #expect(outcome.unlabeled.count == 2 && Set(outcome.unlabeled).isSubset(of: Set(names.map { "\($0).jpg" })))
        #expect(try files("labels").count == 1 && files("images").count == 1 && FrameOrigin.read(data).count == 1)
        let finished = try imported(whole)
        #expect(finished == LabelImport.Outcome(imported: 2, known: 1))
    }

    /// The folder for CVAT has pictures and classes; the labels are in what CVAT gives back.
    @Test(arguments: [ExchangeFormat.cvat, .folder]) func aFolderWithoutLabelsIsNoExport(_ format: ExchangeFormat) throws {
        _ = try exported(1, format)
        try? FileManager.default.removeItem(atPath: "\(out)/labels")
        let error = #expect(throws: StoreError.self) { try imported(out) }
        #expect(error?.problem.contains("no export of labels") == true && error?.remedy.contains("unpacked") == true)
    }

    // MARK: Masks

    @Test func aMaskThatIsAllVoidIsNoLabel() throws {
        let names = try exported(2, .folder)
        try ImageFile.write(voidPicture(), palette: SpoolFolder.classes.palette, to: "\(out)/labels/\(names[0]).png")
        let outcome = try imported(out)
        #expect(outcome.imported == 1 && outcome.unlabeled.count == 1 && outcome.refused.isEmpty)
        #expect(files("labels") == ["\(names[1]).png"])
    }

    @Test func aFolderMayHaveLabelsOfSomePicturesOnly() throws {
        let names = try exported(2, .folder)
        try FileManager.default.removeItem(atPath: "\(out)/labels/\(names[0]).png")
        let outcome = try imported(out)
        #expect(outcome.imported == 1 && outcome.unlabeled == ["\(out)/images/\(names[0]).jpg"] && outcome.refused.isEmpty)
    }

    /// What earlier versions made of frames that nobody had labeled.
    @Test func labelsReplaceThoseThatAreAllVoid() throws {
        let names = try exported(1, .folder)
        _ = try imported(out)
        let label = "\(data)/labels/\(names[0]).png"
        let right = Array(try ImageFile.readGray(label).bytes)
        let before = try #require(FrameOrigin.read(data)[names[0]])
        try ImageFile.write(voidPicture(), palette: SpoolFolder.classes.palette, to: label)
        let void = try Data(contentsOf: URL(fileURLWithPath: label))
        let outcome = try imported(out, by: "bob")
        #expect(outcome == LabelImport.Outcome(imported: 1))
        #expect(try Array(ImageFile.readGray(label).bytes) == right)
        let replaced = try #require(files("replaced").first)
        #expect(try Data(contentsOf: URL(fileURLWithPath: "\(data)/replaced/\(replaced)")) == void)
        let origin = try #require(FrameOrigin.read(data)[names[0]])
        #expect(origin.labeledBy == "bob" && origin.labeledAt == before.labeledAt)
    }

    // MARK: Label Studio

    private typealias Object = [String: Any]

    /// What the tool gives back of one exported frame, after a change: `masks` is what a person would have drawn.
    private func labelStudio(_ change: (_ masks: [Object], _ task: inout Object) -> Void) throws -> LabelImport.Outcome {
        if !FileManager.default.fileExists(atPath: out) { _ = try exported(1, .labelStudio) }
        let tasks = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: out + "/tasks.json")))
        var task = try #require((tasks as? [Object])?.first)
        let masks = try #require((task["predictions"] as? [Object])?.first?["result"] as? [Object])
        task["predictions"] = nil
        change(masks, &task)
        let file = folder.file("\(UUID()).json")
        try JSONSerialization.data(withJSONObject: [task]).write(to: URL(fileURLWithPath: file))
        return try LabelImport(file, frames: out, to: folder.file(UUID().uuidString), labeledBy: "x").run()
    }

    @Test func marksOfOtherKindsSpoilNoBrush() throws {
        let others: [Object] = [
            ["id": 5, "type": "rating", "value": ["rating": 3, "format": 5, "rle": "x", "brushlabels": 1]],
            ["type": "text", "value": "a remark", "original_width": "wide"], ["value": ["text": ["a", "b"]]],
        ]
        let outcome = try labelStudio { masks, task in
            task["annotations"] = [["result": masks + others, "model_version": 3, "was_cancelled": 0], ["result": NSNull()]]
        }
        #expect(outcome.imported == 1 && outcome.refused.isEmpty)
        #expect(outcome.notice?.contains("1 of no kind, 1 rating, 1 text") == true, "\(outcome.notice ?? "")")
        let broken = try labelStudio { masks, task in
            var mask = masks[0]
            mask["value"] = ["brushlabels": ["road"], "rle": "x"]
            task["annotations"] = [["result": [mask]]]
        }
        #expect(broken.refused.first?.contains("brush mask of 'road'") == true)
    }

    @Test func theNewestAnnotationWithMarksCounts() throws {
        let empty: Object = ["result": [Object]()]
        #expect(try labelStudio { _, task in task["annotations"] = [empty] }.unlabeled.count == 1)
        #expect(try labelStudio { masks, task in task["annotations"] = [["result": masks], empty] }.imported == 1)
        let cancelled = try labelStudio { masks, task in
            task["annotations"] = [["result": masks, "was_cancelled": true], empty]
        }
        #expect(cancelled.unlabeled.count == 1 && cancelled.imported == 0)
        // The older one would be refused.
        let edited = try labelStudio { masks, task in
            let turned = masks.map { $0.merging(["image_rotation": 90]) { $1 } }
            task["annotations"] = [
                ["result": masks, "updated_at": "2026-02-01T12:00:00.5Z"],
                ["result": turned, "updated_at": "2026-01-01T12:00:00Z"],
            ]
        }
        #expect(edited.imported == 1)
    }

    @Test func predictionsOfAnyFormAreNotLookedAt() throws {
        let relation: Object = ["type": "relation", "from_id": "a", "to_id": "b", "direction": "right"]
        let forms: [Any] = [[5, 6], [["result": [relation]]], [["model_version": 3]]]
        for predictions in forms {
            let outcome = try labelStudio { masks, task in
                task["annotations"] = [["result": masks]]
                task["predictions"] = predictions
            }
            #expect(outcome.imported == 1 && outcome.notice == nil)
        }
    }

    @Test func marksOfOtherKindsAreLeftOutAndCounted() throws {
        let relation: Object = ["type": "relation", "from_id": "a", "to_id": "b", "direction": "right"]
        let choice: Object = ["type": "choices", "from_name": "weather", "to_name": "image", "value": ["choices": ["rain"]]]
        let outcome = try labelStudio { masks, task in task["annotations"] = [["result": [choice] + masks + [relation, choice]]] }
        #expect(outcome.imported == 1 && outcome.refused.isEmpty)
        #expect(outcome.notice?.contains("2 choices, 1 relation") == true)
        let only = try labelStudio { _, task in task["annotations"] = [["result": [choice]]] }
        #expect(only.unlabeled.count == 1 && only.notice?.contains("1 choices") == true)
    }

    @Test func thePictureIsNamedByAnyFieldOfTheData() throws {
        let outcome = try labelStudio { masks, task in
            let picture = (task["data"] as? Object)?["image"] ?? ""
            task["data"] = ["a_note": "front camera, rain", "frame": picture, "zone": "north", "count": 3]
            task["annotations"] = [["result": masks]]
        }
        #expect(outcome.imported == 1)
        for _ in 0..<5 {
            let unknown = try labelStudio { masks, task in
                task["data"] = ["c": "three", "b": "two", "a": "one", "d": "four"]
                task["annotations"] = [["result": masks]]
            }
            #expect(unknown.refused.first?.hasPrefix("one: There is no picture of that name.") == true)
        }
    }
}
