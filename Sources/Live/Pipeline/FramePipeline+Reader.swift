extension FramePipeline {
    /// The reader thread: decodes, paces, scales, hands over.
    func read() {
        var turns = Turns(pace: options.pace)
        var timeline = Timeline()
        var made = 0
        var frozen = FrozenPicture()
        let fitting = FrameFitting(width: models.current.width, height: models.current.height, ignored: options.ignored)
        var outputSize: (width: Int, height: Int)?
        var openedSize = (width: 0, height: 0)
        do throws(LiveError) {
            while !stopSignal.isSet, try source.read() {
                var stamp = source.frame
                if options.selection.isPast(stamp.index) { break }
                guard options.selection.takes(stamp.index) else { continue }
                statistics.arrived(at: clock.now, damaged: source.damaged)
                turns.setPeriod(.nanoseconds(targetPeriod.load(ordering: .relaxed)))
                guard turns.wants(stamp, clock, stopSignal) else {
                    statistics.dropped(.surplus)
                    continue
                }
                var captured = clock.now
                guard let slot = freeSlot(&made) else { break }
                if options.pace.newestWins {
                    stamp.time = timeline.place(stamp.time, at: captured)
                    statistics.setOddTimes(timeline.oddTimes)
                }
                let ownSize = stamp.width > 0 ? (stamp.width, stamp.height) : (source.facts.width, source.facts.height)
                // A camera that comes back with another picture begins new recordings; what changes on the way is fitted into those there.
                let opened = (width: source.facts.width, height: source.facts.height)
                if options.pace.newestWins, opened != openedSize { outputSize = nil }
                openedSize = opened
                let size = outputSize ?? ownSize
                outputSize = size
                do throws(LiveError) {
                    try fill(slot, stamp, ownSize, size, fitting)
                    slot.isFrozen = options.frozenAfter > .zero && isFrozen(slot, &frozen)
                } catch {
                    slot.release()
                    throw error
                }
                if options.pace == .everyFrame {
                    // A recording's frame arrives when its turn comes and somebody is there to take it.
                    guard turns.waitForTurn(clock, stopSignal), ready.waitForPlace() else {
                        slot.release()
                        break
                    }
                    captured = clock.now
                }
                slot.captured = captured
                if !handOver(slot) { break }
            }
        } catch {
            fail(error)
        }
        statistics.setDamaged(source.damaged)
        ready.close()
    }

    private func isFrozen(_ slot: FrameSlot, _ frozen: inout FrozenPicture) -> Bool {
        let now = clock.now
        let unchanged = frozen.unchanged(slot.input, at: now)
        statistics.unchanged(since: now - unchanged)
        return unchanged >= options.frozenAfter
    }

    /// A slot nobody uses: a new one while there are fewer than the limit, else the next that comes free.
    private func freeSlot(_ made: inout Int) -> FrameSlot? {
        let slot: FrameSlot
        if made < slotLimit, free.count == 0 {
            let segmenter = models.current
            slot = FrameSlot(
                width: segmenter.width, height: segmenter.height, withCertainty: options.steady,
                withConfidence: options.confidence, home: free)
            made += 1
        } else {
            guard case .element(let recycled) = free.pop() else { return nil }
            slot = recycled
        }
        slot.retain()
        return slot
    }

    /// - Parameters:
    ///   - ownSize: the frame's.
    ///   - size: the outputs'.
    private func fill(
        _ slot: FrameSlot, _ stamp: FrameStamp, _ ownSize: (width: Int, height: Int), _ size: (width: Int, height: Int),
        _ fitting: FrameFitting
    ) throws(LiveError) {
        slot.stamp = stamp
        slot.facts = source.facts
        (slot.outputWidth, slot.outputHeight) = size
        slot.original = options.keepsOriginals ? source.held() : nil
        if let circumstances = options.circumstances { slot.circumstances = circumstances(stamp) }
        slot.view = try fitting.draw(source, ownSize, aspect: slot.facts.sampleAspectRatio, into: slot.input)
        if lanes.contains(where: \.needsPicture) {
            try source.draw(into: slot.preparePicture(width: size.width, height: size.height))
        }
    }

    private func handOver(_ slot: FrameSlot) -> Bool {
        guard options.pace.newestWins else {
            if ready.push(slot) { return true }
            slot.release()
            return false
        }
        if let displaced = ready.replaceOldest(with: slot) {
            displaced.release()
            if displaced === slot { return false }
            statistics.dropped(.late)
        }
        return true
    }
}
