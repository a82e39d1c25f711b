import Foundation
import Testing
import Video

/// The spool through the API: looked at, filtered, pinned, deleted; nothing else of the disk is seen.
struct SpoolAnswersTests {
    private func ids(_ answer: PlainClient.Answer) -> [Int] {
        (answer.json["items"] as? [[String: Any]])?.compactMap { $0["id"] as? Int } ?? []
    }

    @Test func itemsAreListedNewestFirstPageByPage() async throws {
        let page = try await ServedPage(items: 7)
        let first = try await page.get("/api/spool?limit=3")
        #expect(ids(first) == [7, 6, 5] && first.json["has_more"] as? Bool == true)
        let summary = try #require(first.json["summary"] as? [String: Any])
        #expect(summary["items"] as? Int == 7 && (summary["items_per_class"] as? [String: Int])?["person"] == 3)
        let rest = try await page.get("/api/spool?before=5&limit=10")
        #expect(ids(rest) == [4, 3, 2, 1] && rest.json["has_more"] as? Bool == false)
        let item = try await page.get("/api/spool/1").json
        #expect(item["time"] as? String == "2027-01-15T08:00:00Z" && item["pinned"] as? Bool == false)
        #expect(item["framePath"] == nil && !first.text.contains(page.folder), "paths are nobody's business")
    }

    @Test func itemsAreFilteredByClassAndPin() async throws {
        let page = try await ServedPage(items: 7)
        #expect(try await ids(page.get("/api/spool?class=person")) == [7, 4, 1])
        #expect(try await ids(page.get("/api/spool?class=traffic%20light")) == [])
        #expect(try await page.ask("PUT", "/api/spool/4/pin").json["pinned"] as? Bool == true)
        #expect(try await ids(page.get("/api/spool?pinned=true")) == [4])
        #expect(try await ids(page.get("/api/spool?pinned=false&class=person")) == [7, 1])
        #expect(try await page.ask("DELETE", "/api/spool/4/pin").json["pinned"] as? Bool == false)
        #expect(try await ids(page.get("/api/spool?pinned=true")) == [])
    }

    @Test func picturesAreTheItemsOwn() async throws {
        let page = try await ServedPage(items: 2)
        let item = try #require(try page.spool.item(2))
        let frame = try await page.get("/api/spool/2/frame.jpg")
        let label = try await page.get("/api/spool/2/label.png")
        #expect(
            frame.body == FileManager.default.contents(atPath: item.framePath) && frame.headers["content-type"] == "image/jpeg")
        #expect(
            label.body == FileManager.default.contents(atPath: item.labelPath) && label.headers["content-type"] == "image/png")
        let overlay = try await page.get("/api/spool/2/overlay.jpg")
        let copy = "\(page.folder)/overlay.jpg"
        try overlay.body.write(to: URL(fileURLWithPath: copy))
        let picture = try ImageFile.readRGB(copy)
        #expect(picture.width == 48 && picture.height == 32)
        // The frame is nearly black: void stays so, the road's colour shows at the lower right.
        let (void, road) = (picture.bytes[(20 * 48 + 2) * 3], picture.bytes[(28 * 48 + 40) * 3])
        #expect(void < 40 && road > 55 && road < 95)
    }

    @Test func aDeletedItemIsGoneAndCannotBeDeletedTwice() async throws {
        let page = try await ServedPage(items: 3)
        #expect(try await page.ask("DELETE", "/api/spool/2").status == 204)
        #expect(try page.spool.items().map(\.id) == [3, 1])
        #expect(try await page.ask("DELETE", "/api/spool/2").status == 404)
        #expect(try await page.get("/api/spool/2/frame.jpg").status == 404)
        #expect(try await page.ask("PUT", "/api/spool/2/pin").status == 404)
    }

    @Test(arguments: [
        "/api/spool/..%2f..%2f..%2fetc%2fpasswd/frame.jpg", "/api/spool/../../../../etc/passwd", "/api/spool/1%00/frame.jpg",
        "/api/spool/-1/frame.jpg", "/api/spool/01/frame.jpg", "/api/spool/99999999999999999999", "//etc/passwd", "/..",
    ])
    func noPathReachesTheDisk(_ target: String) async throws {
        let page = try await ServedPage(items: 1)
        let answer = try await page.get(target)
        #expect([400, 404].contains(answer.status) && !answer.text.contains("root:"), "\(answer.status)")
    }

    @Test func aDamagedItemIsAnErrorInWords() async throws {
        let page = try await ServedPage(items: 1)
        let item = try #require(try page.spool.item(1))
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: item.framePath))
        let answer = try await page.get("/api/spool/1/overlay.jpg")
        #expect(answer.status == 500 && (answer.json["remedy"] as? String)?.contains("camber spool verify") == true)
    }

    @Test func whatIsNoFileHoldsUpNobody() async throws {
        let page = try await ServedPage(items: 4)
        let secret = "\(page.folder)/secret"
        try Data("secret".utf8).write(to: URL(fileURLWithPath: secret))
        for id in 1...4 {
            let item = try #require(try page.spool.item(Int64(id)))
            for path in [item.framePath, item.labelPath] {
                unlink(path)
                switch id {
                case 1: #expect(mkfifo(path, 0o600) == 0)
                case 2: #expect(symlink(secret, path) == 0)
                case 3: #expect(symlink("/dev/zero", path) == 0)
                default: #expect(mkdir(path, 0o700) == 0)
                }
            }
        }
        var took = Duration.zero
        for id in 1...4 {
            for name in ["frame.jpg", "label.png", "overlay.jpg"] {
                let answer = try await page.get("/api/spool/\(id)/\(name)")
                took += answer.took
                #expect(answer.status >= 400 && answer.json["problem"] as? String != nil, "\(id)/\(name): \(answer.status)")
                #expect(!answer.text.contains("secret\"") && answer.text != "secret")
            }
        }
        #expect(try await page.get("/api/spool").status == 200)
        #expect(try await page.get("/metrics").status == 200)
        #expect(took < .seconds(20))
    }

    /// A scraper has no time for that.
    @Test func figuresDoNotWaitForAChangeThatWaitsForAnotherProcess() async throws {
        let page = try await ServedPage(items: 4)
        #expect(try await page.get("/metrics").text.contains("\ncamber_spool_items 4\n"))
        let lock = open("\(page.folder)/spool/lock", O_RDWR | O_CLOEXEC)
        try #require(lock >= 0 && flock(lock, LOCK_EX) == 0)
        async let pinned = page.ask("PUT", "/api/spool/1/pin")
        for _ in 0..<20 {
            #expect(try await page.get("/metrics").text.contains("\ncamber_spool_items 4\n"))
            try await Task.sleep(for: .milliseconds(10))
        }
        close(lock)
        // It has not given up meanwhile.
        #expect(try await pinned.status == 200)
    }

    @Test func withoutASpoolThatIsSaid() async throws {
        let page = try await ServedPage(hasStore: false)
        let answer = try await page.get("/api/spool")
        #expect(answer.status == 404 && answer.json["problem"] as? String == "The configuration names no spool.")
    }
}
