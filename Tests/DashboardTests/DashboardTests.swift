import Dashboard
import Foundation
import Status
import Testing
import Video

/// What everybody may ask: the page, health, metrics, status and the live picture.
struct DashboardTests {
    @Test func thePageIsWholeAndRunsOnlyItsOwnScript() async throws {
        let page = try await ServedPage()
        let answer = try await page.get("/")
        let policy = try #require(answer.headers["content-security-policy"])
        let nonce = try #require(policy.firstMatch(of: /script-src 'nonce-(\w+)'/)).1
        #expect(answer.status == 200 && answer.headers["content-type"] == "text/html; charset=utf-8")
        #expect(answer.text.contains("<script nonce=\"\(nonce)\">") && answer.text.hasSuffix("</html>\n"))
        #expect(!answer.text.contains("{{") && !policy.contains("unsafe"))
        #expect(answer.text.firstMatch(of: /(src|href)="(https?:)?\/\//) == nil, "nothing comes from elsewhere")
        let second = try await page.get("/")
        #expect(!second.text.contains(nonce), "each page has a number of its own")
        #expect(answer.headers["x-content-type-options"] == "nosniff" && answer.headers["cache-control"] == "no-store")
    }

    /// As `/van7/`, which a proxy takes off before the daemon sees it.
    @Test func thePageAsksBelowThePathThatItIsServedUnder() async throws {
        let text = try await ServedPage().get("/").text
        #expect(text.firstMatch(of: /(src|href|action)="\//) == nil)
        #expect(text.matches(of: /fetch\(([^,]*),/).map(\.1) == ["\".\" + path"])
    }

    /// To ask for a store is an error where cookies are blocked, and ended the page's script.
    @Test func thePageNeedsNothingThatABrowserKeeps() async throws {
        let text = try await ServedPage().get("/").text
        #expect(text.firstMatch(of: /\b(local|session)Storage\./) == nil)
        #expect(text.matches(of: /window\[store\]/).count == 2)
        #expect(text.matches(of: /try \{[^}]*window\[store\]\.(get|set)Item\([^}]*\} catch/).count == 2)
    }

    @Test func healthIsTheProcessAndReadinessTheFrames() async throws {
        let page = try await ServedPage()
        #expect(try await page.get("/healthz").status == 200)
        #expect(try await page.get("/readyz").status == 200)
        page.daemon.state.withLock { $0.status.source.state = .stalled }
        let stalled = try await page.get("/readyz")
        #expect(stalled.status == 503 && stalled.text == "The source is stalled.\n")
        page.daemon.state.withLock { $0.status.frames = 0 }
        #expect(try await page.get("/readyz").text == "No frame has been labeled yet.\n")
        #expect(try await page.get("/healthz").status == 200)
    }

    @Test func metricsSayWhatTheDaemonCounts() async throws {
        let page = try await ServedPage(items: 4)
        let answer = try await page.get("/metrics")
        #expect(answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = Set(answer.text.split(separator: "\n").map(String.init))
        for line in [
            "camber_frames_delivered_total 100", "camber_frames_dropped_total{reason=\"late\"} 3",
            "camber_frames_dropped_total{reason=\"surplus\"} 40", "camber_frame_latency_seconds_bucket{le=\"0.01\"} 1",
            "camber_frame_latency_seconds_bucket{le=\"+Inf\"} 11", "camber_frame_latency_seconds_sum 12.5",
            "camber_frame_latency_seconds_count 11", "camber_gate_turns_total{decision=\"spooled\"} 5",
            "camber_source_state{state=\"running\"} 1", "camber_source_state{state=\"stalled\"} 0", "camber_model_number 4",
            "camber_spool_items 4", "camber_spool_class_items{class=\"person\"} 2", "camber_build_info{version=\"7.8.9\"} 1",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!answer.text.contains("camber_learning"), "there is no registry")
    }

    /// A recording that has failed is seen nowhere else by whoever watches the figures.
    @Test func metricsSayHowEachOutputIs() async throws {
        let page = try await ServedPage()
        #expect(try await !page.get("/metrics").text.contains("camber_output"))
        page.daemon.state.withLock { state in
            state.status.outputs = [
                OutputReport(name: "overlay-1", state: .failed, written: 7, dropped: 5, damaged: 0, problem: "The disk is full."),
                OutputReport(name: "masks-2", state: .working, written: 12, dropped: 0, damaged: 0),
                OutputReport(
                    name: "event-3", state: .blocked, written: 12, dropped: 0, damaged: 0,
                    events: EventReport(kept: 2, heldSeconds: 0, heldBytes: 0)),
            ]
        }
        let lines = try await page.get("/metrics").text.split(separator: "\n").filter { $0.hasPrefix("camber_output") }
        #expect(
            lines == [
                "camber_output_working{output=\"overlay-1\"} 0", "camber_output_working{output=\"masks-2\"} 1",
                "camber_output_working{output=\"event-3\"} 0", "camber_output_frames_written_total{output=\"overlay-1\"} 7",
                "camber_output_frames_written_total{output=\"masks-2\"} 12",
                "camber_output_frames_dropped_total{output=\"overlay-1\"} 5",
                "camber_output_frames_dropped_total{output=\"masks-2\"} 0",
                "camber_output_events_kept_total{output=\"event-3\"} 2",
            ])
    }

    /// A line that breaks costs a scraper all figures.
    @Test func aLabelIsOnOneLineWhateverIsInIt() async throws {
        let page = try await ServedPage()
        page.daemon.state.withLock { $0.status.drops = ["a\"b\\c\nd": 1, "e\r\nf": 2, "\r\n\r\n": 3] }
        let body = try await page.get("/metrics").body
        let lines = body.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        for (label, value) in [(#"a\"b\\c\nd"#, 1), ("e\r\\nf", 2), ("\r\\n\r\\n", 3)] {
            #expect(lines.contains("camber_frames_dropped_total{reason=\"\(label)\"} \(value)"), "\(label.debugDescription)")
        }
        #expect(lines.allSatisfy { $0.hasPrefix("# ") || $0.hasPrefix("camber_") })
    }

    @Test func statusAndHistoryAreTheDaemons() async throws {
        let page = try await ServedPage()
        let status = try await page.get("/api/status").json
        #expect(status["version"] as? String == "7.8.9" && (status["source"] as? [String: Any])?["state"] as? String == "running")
        let history = try await page.get("/api/history").json
        let points = try #require(history["points"] as? [[String: Any]])
        #expect(history["step"] as? Double == 2 && points.first?["delivered"] as? Double == 9.75)
        #expect(points.first?["latency_p50"] is Double && points.first?["late"] as? Int == 0)
    }

    @Test func theClassesInViewAddUp() async throws {
        let page = try await ServedPage()
        let classes = try #require(try await page.get("/api/view").json["classes"] as? [[String: Any]])
        #expect(classes.map { $0["name"] as? String } == ["road", "sky", "person"])
        #expect(classes.map { $0["share"] as? Double } == [0.75, 0.25, 0])
        #expect(classes[0]["color"] as? [Int] == [128, 64, 128])
    }

    @Test func picturesAreMadeOnlyWhenSomebodyLooks() async throws {
        let page = try await ServedPage()
        #expect(page.daemon.state.withLock { $0.framesTaken } == 0)
        for view in ["camera", "overlay", "confidence"] {
            let answer = try await page.get("/api/live.jpg?view=\(view)")
            #expect(answer.status == 200 && answer.headers["content-type"] == "image/jpeg")
            #expect(answer.body.starts(with: [0xff, 0xd8, 0xff]), "\(view) is a JPEG")
        }
        #expect(page.daemon.state.withLock { $0.framesTaken } == 2, "confidence comes from the gate")
        let first = try await page.get("/api/live.jpg")
        let number = try #require(first.headers["x-camber-frame"].flatMap { Int($0) })
        let next = try await page.get("/api/live.jpg?after=\(number)")
        #expect(try #require(next.headers["x-camber-frame"].flatMap { Int($0) }) > number)
    }

    /// Gray 200 under the road's 128, 64, 128: both must show.
    @Test func theOverlayMixesPictureAndColours() async throws {
        let page = try await ServedPage()
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("camber-overlay-\(UUID()).jpg").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await page.get("/api/live.jpg?view=overlay").body.write(to: URL(fileURLWithPath: file))
        let picture = try ImageFile.readRGB(file)
        let pixel = (0..<3).map { Int(picture.bytes[(30 * 48 + 40) * 3 + $0]) }
        for (value, wanted) in zip(pixel, [166, 136, 166]) { #expect(abs(value - wanted) <= 4, "\(pixel)") }
    }

    @Test func manyWhoLookAtOnceShareOnePicture() async throws {
        let page = try await ServedPage()
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await page.get("/api/live.jpg?view=camera").status } }
            for try await status in group { #expect(status == 200) }
        }
        let periods = Int(began.duration(to: .now) / .milliseconds(100)) + 1
        #expect(page.daemon.state.withLock { $0.framesTaken } <= periods, "at most one picture in a tenth of a second")
    }

    @Test func whereNoFrameComesThatIsSaid() async throws {
        let page = try await ServedPage()
        page.daemon.state.withLock { ($0.givesFrames, $0.hasLooked) = (false, false) }
        let answer = try await page.get("/api/live.jpg")
        #expect(answer.status == 503 && answer.json["problem"] as? String == "No frame comes.")
        #expect(try await page.get("/api/view").status == 503)
        #expect(try await page.get("/api/live.jpg?view=confidence").status == 404)
    }

    @Test func whatMakesNoSenseIsSaid() async throws {
        let page = try await ServedPage()
        for target in ["/api/live.jpg?view=inside", "/api/live.jpg?after=-1", "/api/spool?limit=0", "/api/spool?before=x"] {
            let answer = try await page.get(target)
            #expect(answer.status == 400 && answer.json["remedy"] as? String != "", "\(target)")
        }
        #expect(try await page.get("/api/nothing").status == 404)
        let answer = try await page.ask("POST", "/api/status")
        #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD")
        #expect(try await page.ask("GET", "/api/learn").headers["allow"] == "POST")
    }

    @Test func theLearnerIsStartedOnceAtATime() async throws {
        let page = try await ServedPage()
        #expect(try await page.ask("POST", "/api/learn").status == 202)
        page.daemon.state.withLock { $0.learnerIsBusy = true }
        #expect(try await page.ask("POST", "/api/learn").status == 409)
        #expect(page.daemon.state.withLock { $0.learnCalls } == 1)
    }

    @Test func everyPathOfTheDescriptionIsThere() async throws {
        let page = try await ServedPage()
        let description = try await page.get("/api/openapi.yaml")
        #expect(description.headers["content-type"] == "application/yaml")
        let paths = description.text.matches(of: /(?m)^  (\/[^:]+):$/).map { String($0.1) }
        #expect(paths.count == 20)
        for path in paths {
            let target = path.replacing("{id}", with: "1").replacing("{number}", with: "1")
            let answer = try await page.get(target)
            #expect(answer.json["problem"] as? String != "There is no such page.", "\(path)")
        }
    }

    @Test func theLastTenMinutesFitInFixedMemory() {
        let history = ReadingHistory()
        var status = FakeDaemon().status()
        for second in 0..<400 {
            status.uptime = Double(second * 2)
            status.drops = ["late": second * 3, "surplus": second]
            history.add(status)
        }
        let points = history.all
        #expect(points.count == 300 && points.first?.time == 200 && points.last?.time == 798)
        #expect(points.allSatisfy { $0.late == 3 && $0.surplus == 1 })
    }
}
