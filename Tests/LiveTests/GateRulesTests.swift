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
        _ look: GateLook, nearest: Double? = nil, spool: GateRules.SpoolState? = nil
    ) -> GateDecision {
        rules.decide(look, nearest: { nearest }, spool: { spool ?? roomy })
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

    @Test func theSpoolIsAskedOnlyWhereItMatters() {
        var questions = 0
        let decision = rules.decide(look(selected: 0.1)) {
            questions += 1
            return nil
        } spool: {
            questions += 1
            return roomy
        }
        #expect(decision == .tooFewSelected && questions == 0)
    }
}
