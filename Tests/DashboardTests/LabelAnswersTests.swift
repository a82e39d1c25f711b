import Foundation
import RoadScenes
import Store
import Testing
import Video

/// What a person says of a frame, through the API: kept for good, and nothing but labels.
struct LabelAnswersTests {
    private static let pixels = 48 * 32

    /// Void at the left, sky above, road below, as the served page's items; and a person in the middle.
    private var corrected: [UInt8] {
        (0..<Self.pixels).map { index -> UInt8 in
            let (row, column) = index.quotientAndRemainder(dividingBy: 48)
            if column < 8 { return 255 }
            if (20..<28).contains(column), (10..<26).contains(row) { return 2 }
            return index < 512 ? 1 : 0
        }
    }

    @Test func labelsAreServedAndSavedAsADataSet() async throws {
        let page = try await ServedPage(items: 2, hasHuman: true)
        #expect(try await page.get("/api/spool").json["can_label"] as? Bool == true)
        let before = try await page.get("/api/spool/2/labels")
        #expect(before.body.count == Self.pixels && before.body.first == 255 && before.body.last == 0)
        let saved = try await page.ask("PUT", "/api/spool/2/labels?by=Ada%20L", body: corrected)
        #expect(saved.status == 200 && saved.json["labeled_by"] as? String == "Ada L", "\(saved.text)")
        #expect(try await [UInt8](page.get("/api/spool/2/labels").body) == corrected)
        let item = try await page.get("/api/spool/2").json
        #expect(item["labeled_by"] as? String == "Ada L" && item["pinned"] as? Bool == true)
        #expect(item["class_names"] as? [String] == ["road", "sky", "person"])

        let dataset = try Dataset(DatasetLocation(.folder, "\(page.folder)/human"))
        let sample = try dataset.load(try #require(dataset.items.first))
        #expect(dataset.items.count == 1 && Array(sample.labels.bytes) == corrected)
        let origin = try #require(FrameOrigin.read("\(page.folder)/human")[dataset.items[0].name])
        #expect(origin.labeledBy == "Ada L" && origin.frame == 1 && origin.labeledAt != nil)
    }

    @Test func whatIsReplacedIsKeptAndStaysWhereItWasDealt() async throws {
        let page = try await ServedPage(items: 1, hasHuman: true)
        _ = try await page.ask("PUT", "/api/spool/1/labels?by=Ada", body: corrected)
        let first = try #require(FrameOrigin.read("\(page.folder)/human").values.first)
        let plain = [UInt8](repeating: 0, count: Self.pixels)
        #expect(try await page.ask("PUT", "/api/spool/1/labels?by=Bo", body: plain).status == 200)
        #expect(try await page.ask("PUT", "/api/spool/1/labels?by=Bo", body: plain).status == 200, "the same once more")
        #expect(try await [UInt8](page.get("/api/spool/1/labels").body) == plain)
        let replaced = try FileManager.default.contentsOfDirectory(atPath: "\(page.folder)/human/replaced")
        #expect(replaced.count == 1)
        #expect(Array(try ImageFile.readGray("\(page.folder)/human/replaced/\(replaced[0])").bytes) == corrected)
        let second = try #require(FrameOrigin.read("\(page.folder)/human").values.first)
        #expect(second.labeledBy == "Bo" && second.labeledAt == first.labeledAt)
    }

    @Test func whatIsNoLabelsIsRefusedAndChangesNothing() async throws {
        let page = try await ServedPage(items: 1, hasHuman: true)
        var wrong = corrected
        wrong[100] = 3
        for (body, target, status, words) in [
            (Array(corrected.dropLast()), "1/labels?by=Ada", 400, "1535 bytes"), ([], "1/labels?by=Ada", 400, "0 bytes"),
            (wrong, "1/labels?by=Ada", 400, "3 is no class"), (corrected, "1/labels", 400, "who labeled it"),
            (corrected, "1/labels?by=%20", 400, "who labeled it"), (corrected, "7/labels?by=Ada", 404, "no item 7"),
        ] {
            let answer = try await page.ask("PUT", "/api/spool/\(target)", body: body)
            #expect(answer.status == status && answer.text.contains(words), "\(target): \(answer.status) \(answer.text)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(page.folder)/human"))
        #expect(try await page.get("/api/spool/1").json["pinned"] as? Bool == false)
    }

    @Test func classesOfAnotherDataSetAreAConflict() async throws {
        let page = try await ServedPage(items: 1, hasHuman: true)
        try FileManager.default.createDirectory(atPath: "\(page.folder)/human", withIntermediateDirectories: true)
        try ClassSet([.init("sky", 1, 2, 3), .init("road", 4, 5, 6)]).write(to: "\(page.folder)/human/classes.yaml")
        let refused = try await page.ask("PUT", "/api/spool/1/labels?by=Ada", body: corrected)
        #expect(refused.status == 409 && refused.text.contains("'person'"), "\(refused.text)")
        let known = corrected.map { $0 == 2 ? 255 : $0 }
        #expect(try await page.ask("PUT", "/api/spool/1/labels?by=Ada", body: known).status == 200)
        #expect(try await [UInt8](page.get("/api/spool/1/labels").body) == known, "by the item's own numbers")
    }

    @Test func withoutTheKeyOrTheTokenNothingIsSaved() async throws {
        let without = try await ServedPage(items: 1)
        #expect(try await without.get("/api/spool").json["can_label"] as? Bool == false)
        let missing = try await without.ask("PUT", "/api/spool/1/labels?by=Ada", body: corrected)
        #expect(missing.status == 404 && missing.text.contains("learn.human"))
        let page = try await ServedPage(items: 1, token: ServedPage.token, hasHuman: true)
        #expect(try await page.ask("PUT", "/api/spool/1/labels?by=Ada", body: corrected).status == 401)
        #expect(!FileManager.default.fileExists(atPath: "\(page.folder)/human"))
    }

    @Test func bodiesElsewhereAndTooLargeOnesAreNotRead() async throws {
        let page = try await ServedPage(items: 1, hasHuman: true)
        #expect(try await page.ask("PUT", "/api/spool/1/pin", body: [1]).status == 413)
        #expect(try await page.ask("POST", "/api/learn", body: [1]).status == 413)
        let head = "PUT /api/spool/1/labels?by=a HTTP/1.1\r\nHost: 127.0.0.1:\(page.port)\r\nConnection: close\r\nX-Camber: 1\r\n"
        for length in ["Content-Length: 99999999999", "Transfer-Encoding: chunked"] {
            #expect(try await PlainClient.send(page.port, "\(head)\(length)\r\n\r\n").status == 413, "\(length)")
        }
    }
}
