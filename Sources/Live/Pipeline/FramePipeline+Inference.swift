import Threads

extension FramePipeline {
    /// The inference thread: labels what the reader has prepared, and hands it to the outputs.
    func infer() {
        var segmenter = models.current
        let steady = options.steady ? SteadyLabels(width: segmenter.width, height: segmenter.height) : nil
        loop: while true {
            switch ready.pop(until: MonotonicClock.now + .milliseconds(500)) {
            case .closed: break loop
            case .timedOut: heartbeat()
            case .element(let slot):
                segmenter = models.take(segmenter)
                label(slot, segmenter, steady)
                heartbeat()
            }
        }
        let isWhole = !options.mustBeWhole || !stopSignal.isSet && failure == nil
        for lane in lanes { lane.finish(isWhole: isWhole) }
        free.close()
        while case .element = free.pop() {}
    }

    private func label(_ slot: FrameSlot, _ segmenter: any FrameSegmenter, _ steady: SteadyLabels?) {
        let began = clock.now
        let turn = gate?.turn(at: began, isDamaged: slot.stamp.isDamaged, isFrozen: slot.isFrozen)
        segmenter.label(
            slot.input, into: slot.classMap, certainty: slot.certainty, confidence: slot.confidence, details: turn?.result)
        if let steady, let certainty = slot.certainty { steady.steady(slot.classMap, certainty, of: slot.input) }
        slot.view.hide(in: slot.classMap)
        if let confidence = slot.confidence { slot.view.hide(inConfidence: confidence) }
        if let turn { slot.view.hide(in: turn.result.classMap) }
        slot.unfamiliar = gate?.unfamiliar
        slot.delivered = clock.now
        slot.measuredRate = statistics.delivered(captured: slot.captured, began: began, at: slot.delivered)
        for lane in lanes { lane.offer(slot) }
        if turn != nil {
            gate?.handOver(slot, labeledBy: segmenter, at: began)
        } else {
            gate?.pass(slot, at: began)
        }
        if !slot.stamp.isDamaged { sampler.offer(slot) }
        window.offer(slot)
        slot.release()
    }
}
