import Foundation
import Learning
import RoadScenes
import Store
import Testing

@Suite struct HumanLabelsTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// Pictures of a drive, so many seconds after its start, all labeled in the minute `labeledAt`.
    static func add(_ seconds: [Double], to data: SyntheticData, from first: Int = 0, labeledAt minute: Double = 0) throws {
        var origins = try FrameOrigin.read(data.path)
        for (index, second) in seconds.enumerated() {
            origins["\(first + index)"] = FrameOrigin(
                source: "front", frame: Int(second * 30), time: start + second, model: "m", labeledBy: "eve",
                labeledAt: start + 60 * minute)
        }
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        try encoder.encode(origins).write(to: URL(fileURLWithPath: "\(data.path)/\(FrameOrigin.file)"))
    }

    private func names(_ dataset: Dataset) -> [String] { dataset.items.map(\.name) }

    @Test func everyThirdStretchOnlyJudges() throws {
        let data = try SyntheticData(pictures: 7)
        try Self.add([0, 20, 25, 40, 60, 80, 100], to: data)
        let human = try HumanLabels(data.dataset())
        #expect(names(human.heldOut) == ["1", "2", "5"])
        #expect(names(human.learned) == ["0", "3", "4", "6"])
    }

    @Test func whatIsWithinSecondsOfAJudgeIsNotLearnedFrom() throws {
        let data = try SyntheticData(pictures: 4)
        // The second is of the first one's ten seconds, and three seconds before the third, which judges.
        try Self.add([0, 9, 12, 40], to: data)
        let human = try HumanLabels(data.dataset())
        #expect(names(human.heldOut) == ["2"] && names(human.learned) == ["0", "3"])
    }

    @Test func whatIsLabeledLaterMovesNothing() throws {
        let data = try SyntheticData(pictures: 9)
        try Self.add([100, 120, 140, 160], to: data)
        try Self.add([0, 20, 40, 60, 80], to: data, from: 4, labeledAt: 5)
        let human = try HumanLabels(data.dataset())
        #expect(names(human.heldOut) == ["1", "4", "7"])
    }

    @Test func aSinglePictureIsLearnedFrom() throws {
        let human = try HumanLabels(SyntheticData(pictures: 1).dataset())
        #expect(human.learned.items.count == 1 && human.heldOut.items.isEmpty)
    }
}
