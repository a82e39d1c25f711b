import Live
import Testing

@Suite struct ProbationRulesTests {
    private let names = ["road", "sky", "car"]

    private func signs(
        looks: Int = 6, confidence: Double = 0.8, selected: Double = 0.6, shares: [Double] = [0.5, 0.4, 0.1], frames: Int = 1000,
        late: Int = 0, latency: Double = 30
    ) -> ModelSigns {
        let look = GateLook(
            selectedRatio: selected, meanConfidence: confidence, classShares: shares, selectedShares: shares)
        return ModelSigns(Array(repeating: look, count: looks), frames: frames, late: late, latency: latency)
    }

    private func problem(_ signs: ModelSigns, before: ModelSigns? = nil) -> String? {
        ProbationRules.problem(signs, before: before ?? self.signs(), names: names)
    }

    @Test func smallDifferencesAreNone() {
        #expect(problem(signs(confidence: 0.6, selected: 0.35, shares: [0.6, 0.39, 0.01], late: 40, latency: 44)) == nil)
    }

    @Test func fewLooksSayNothing() {
        #expect(problem(signs(looks: 5, selected: 0, shares: [1, 0, 0])) == nil)
        #expect(problem(signs(selected: 0), before: signs(looks: 5)) == nil)
    }

    @Test func everySignOfAWorseModelIsNamed() {
        #expect(problem(signs(shares: [0.97, 0.02, 0.01]))?.contains("one class") == true)
        #expect(problem(signs(shares: [0.6, 0.399, 0.001]))?.contains("no longer sees car") == true)
        #expect(problem(signs(selected: 0.29))?.contains("29%") == true)
        #expect(problem(signs(confidence: 0.5))?.contains("mean confidence") == true)
        #expect(problem(signs(late: 100, latency: 50))?.contains("late") == true)
    }

    @Test func aDarkDriveIsNotTheModelsFault() {
        let dark = signs(shares: [0.97, 0.02, 0.01])
        #expect(problem(dark, before: dark) == nil)
    }

    @Test func latenessNeedsFramesAndLongerTimes() {
        #expect(problem(signs(frames: 100, late: 90, latency: 90)) == nil)
        #expect(problem(signs(late: 500, latency: 40)) == nil)
        #expect(problem(signs(looks: 0, late: 500, latency: 90)) != nil)
    }
}
