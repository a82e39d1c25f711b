import Live
import Status
import Testing

@Suite struct GateRulesTests {
    private let rules = GateRules(selected: 0.3, difference: 0.04, rare: [2])
    private let roomy = GateRules.SpoolState(isFull: false, items: 100, addedLately: 500)

    private func look(selected: Double = 0.5, shares: [Double] = [0.5, 0.5, 0], rare: Double = 0) -> GateLook {
        GateLook(selectedRatio: selected, meanConfidence: 0.8, classShares: shares, selectedShares: [0.2, 0.2, rare])
    }

    private func decide(
        _ look: GateLook, nearest: Double? = nil, spool: GateRules.SpoolState? = nil,
        queue: GateRules.UnsureQueue = .init(items: 0, limit: 0, least: nil)
    ) -> GateDecision {
        rules.decide(look, nearest: { nearest }, spool: { spool ?? roomy }, queue: { queue })
    }

    @Test func aNewFrameWithEnoughTrustedPixelsIsKept() {
        #expect(decide(look()) == .spooled)
        #expect(decide(look(selected: 0.3), nearest: 0.04) == .spooled)
    }

    @Test func tooFewTrustedPixelsAreToldFromTooMuchLikeness() {
        #expect(decide(look(selected: 0.29)) == .tooFewSelected)
        #expect(decide(look(), nearest: 0.039) == .tooSimilar)
    }

    @Test func aFrameOfNearlyOneClassIsNoRoad() {
        #expect(decide(look(selected: 1, shares: [0.96, 0.04, 0])) == .collapsed)
        #expect(decide(look(selected: 1, shares: [0.94, 0.06, 0])) == .spooled)
    }

    @Test func aRareClassPassesWithHalfOfEverything() {
        #expect(decide(look(selected: 0.15, rare: 0.001), nearest: 0.02) == .spooled)
        #expect(decide(look(selected: 0.14, rare: 0.001)) == .tooFewSelected)
        #expect(decide(look(rare: 0.001), nearest: 0.019) == .tooSimilar)
        #expect(decide(look(selected: 0.15, rare: 0.0009)) == .tooFewSelected)
    }

    @Test func aFullSpoolIsRenewedByATenthAnHour() {
        func full(_ added: Int) -> GateRules.SpoolState { .init(isFull: true, items: 200, addedLately: added) }
        #expect(decide(look(), spool: full(19)) == .spooled)
        #expect(decide(look(), spool: full(20)) == .quota)
        #expect(decide(look(rare: 0.01), spool: full(20)) == .spooled)
        #expect(decide(look(), spool: .init(isFull: true, items: 3, addedLately: 0)) == .spooled)
    }

    @Test func whatTheLearnerCannotUseMayWaitForAPerson() {
        // Of road and building half can be trusted, 40 %; the third class is not there.
        let unsure = look(selected: 0.2)
        #expect(abs(unsure.unsureness - 0.6) < 1e-9)
        #expect(decide(unsure, queue: .init(items: 3, limit: 10, least: 0.9)) == .unsure)
        #expect(decide(unsure, queue: .init(items: 10, limit: 10, least: 0.5)) == .unsure)
        #expect(decide(unsure, queue: .init(items: 10, limit: 10, least: 0.7)) == .tooFewSelected)
        #expect(decide(unsure, nearest: 0.039, queue: .init(items: 3, limit: 10, least: 0.1)) == .tooFewSelected)
        #expect(decide(unsure, queue: .init(items: 3, limit: 10, least: 0.1, isResting: true)) == .tooFewSelected)
        #expect(
            decide(look(), spool: .init(isFull: true, items: 9, addedLately: 9), queue: .init(items: 0, limit: 1, least: nil))
                == .unsure)
        // What the learner can use is its own, whatever a person could add.
        #expect(decide(look(), queue: .init(items: 0, limit: 10, least: nil)) == .spooled)
        #expect(
            decide(look(selected: 0.1, shares: [0.96, 0.04, 0]), queue: .init(items: 0, limit: 10, least: nil)) == .collapsed)
    }

    @Test func aSmallClassCountsAsMuchAsALargeOne() {
        func unsureness(_ shares: [Double], _ selected: [Double]) -> Double {
            GateLook(selectedRatio: 0, meanConfidence: 0, classShares: shares, selectedShares: selected).unsureness
        }
        #expect(unsureness([0.9, 0.1, 0], [0.9, 0, 0]) == 0.5)
        #expect(unsureness([0.9995, 0.0005, 0], [0.9995, 0, 0]) == 0)
        #expect(unsureness([0, 0, 0], [0, 0, 0]) == 0)
    }

    @Test func theSpoolIsAskedOnlyWhereItMatters() {
        var questions = 0
        let decision = rules.decide(look(selected: 0.1)) {
            questions += 1
            return nil
        } spool: {
            questions += 1
            return roomy
        } queue: {
            .init(items: 0, limit: 0, least: nil)
        }
        #expect(decision == .tooFewSelected && questions == 0)
    }
}
