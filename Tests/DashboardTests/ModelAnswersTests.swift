import Foundation
import NeuralNetwork
import RoadScenes
import Store
import Testing

/// The registry and the cycles through the API.
struct ModelAnswersTests {
    private static let classes = ClassSet([.init("road", 128, 64, 128), .init("sky", 70, 130, 180)])

    private static func bundle(_ seed: UInt64) throws -> ModelBundle {
        try ModelBundle(
            classes: classes, inputSize: Graph.Size(height: 32, width: 48),
            segmentation: Weights.heInitialized(for: SegmentationNetwork.graph(classes: classes.count), seed: seed),
            metrics: ["miou": 0.5])
    }

    /// Model 1 is current, model 2 a candidate that cycle 1 made.
    private static func fill(_ folder: String) throws {
        let registry = try ModelRegistry(folder: folder)
        try registry.promote(registry.add(bundle(1), origin: "import").number, reason: "first")
        try registry.add(bundle(2), origin: "cycle 1")
        let card = ScoreCard(
            miou: 0.5, pixelAccuracy: 0.8, iou: ["road": 0.9], meanConfidence: 0.7, selectedRatio: 0.6, classShares: [0.5, 0.5],
            millisecondsPerFrame: 25)
        try registry.record(
            CycleRecord(
                id: 1, startedAt: Date(timeIntervalSince1970: 1_800_000_000), endedAt: Date(timeIntervalSince1970: 1_800_000_900),
                incumbent: 1, candidate: nil, promoted: false, reason: "worse by 0.02", incumbentCard: card, candidateCard: nil,
                items: ["1", "2", "3"], lossCurve: [1.5, 0.5], seconds: 900))
    }

    private func states(_ page: ServedPage) async throws -> [Int: String] {
        let models = try await page.get("/api/models").json["models"] as? [[String: Any]]
        return Dictionary(uniqueKeysWithValues: (models ?? []).map { ($0["number"] as! Int, $0["state"] as! String) })
    }

    @Test func modelsArePromotedAndRolledBack() async throws {
        let page = try await ServedPage(fill: Self.fill)
        #expect(try await states(page) == [1: "current", 2: "candidate"])
        let nothing = try await page.ask("POST", "/api/models/rollback")
        #expect(nothing.status == 409 && (nothing.json["problem"] as? String)?.contains("no earlier model") == true)
        let promoted = try await page.ask("POST", "/api/models/2/promote")
        #expect(promoted.status == 200 && promoted.json["number"] as? Int == 2)
        #expect(try await states(page) == [1: "retired", 2: "current"])
        #expect(try await page.ask("POST", "/api/models/rollback").json["number"] as? Int == 1)
        #expect(try await states(page) == [1: "current", 2: "rolledBack"])
        #expect(try await page.ask("POST", "/api/models/3/promote").status == 404)
        #expect(try await page.ask("POST", "/api/models/0/promote").status == 400)
        let events = try #require(try await page.get("/api/models").json["events"] as? [[String: Any]])
        #expect(events.contains { $0["reason"] as? String == "asked for on the page" })
    }

    @Test func cyclesComeWithTheirCardsAndCurve() async throws {
        let page = try await ServedPage(fill: Self.fill)
        let cycle = try #require((try await page.get("/api/cycles").json["cycles"] as? [[String: Any]])?.first)
        #expect(cycle["reason"] as? String == "worse by 0.02" && cycle["items"] as? Int == 3)
        #expect(cycle["loss"] as? [Double] == [1.5, 0.5] && cycle["started"] as? String == "2027-01-15T08:00:00Z")
        let card = try #require(cycle["incumbent_card"] as? [String: Any])
        #expect(card["pixel_accuracy"] as? Double == 0.8 && (card["iou"] as? [String: Double])?["road"] == 0.9)
        let metrics = try await page.get("/metrics").text
        #expect(metrics.contains("\ncamber_learning_cycles_total 1\n"))
        #expect(metrics.contains("\ncamber_learning_last_cycle_promoted 0\n"))
    }

    @Test func withoutARegistryThatIsSaid() async throws {
        let page = try await ServedPage()
        for (method, target) in [("GET", "/api/models"), ("GET", "/api/cycles"), ("POST", "/api/models/rollback")] {
            let answer = try await page.ask(method, target)
            #expect(answer.status == 404 && answer.json["problem"] as? String == "The configuration names no registry.")
        }
    }
}
