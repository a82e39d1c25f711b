import Store

extension MetricsText {
    mutating func add(_ readings: DaemonReadings) {
        addInfo("camber_build_info", "The program's version.", [("version", readings.version)])
        add("camber_uptime_seconds", .gauge, "Time since the daemon's start.", readings.uptime)
        addSource(readings)
        add("camber_frames_delivered_total", .counter, "Frames that got a class map.", Double(readings.frames))
        add(
            "camber_frames_damaged_total", .counter, "Frames that were lost, or of which parts are missing.",
            Double(readings.damaged))
        add(
            "camber_frames_dropped_total", .counter,
            "Frames that came and were not labeled: late, overtaken by a newer one; surplus, beyond the target rate.",
            by: "reason", Self.sorted(readings.drops))
        add(
            "camber_delivered_rate_hertz", .gauge, "Frames labeled each second, over the last ten seconds.",
            readings.deliveredRate)
        if let target = readings.targetRate {
            add("camber_target_rate_hertz", .gauge, "Frames wanted each second.", target)
        }
        add("camber_frame_latency_seconds", "From a frame's capture to its class map.", readings.latency)
        addModel(readings)
        if let decisions = readings.gateDecisions {
            add(
                "camber_gate_turns_total", .counter, "Frames whose turn at the gate it was, by what came of it.",
                by: "decision", Self.sorted(decisions))
        }
        if let accuracy = readings.expectedAccuracy {
            add(
                "camber_expected_accuracy_ratio", .gauge,
                "Share of the pixels that should be right, by the calibrated model's account.",
                accuracy)
            add("camber_road_unfamiliar", .gauge, "Whether that is less than usual.", readings.isUnfamiliar ? 1 : 0)
        }
        if let starts = readings.learnerStarts {
            add("camber_learner_starts_total", .counter, "Runs of the learner that the daemon has started.", Double(starts))
            add("camber_learner_running", .gauge, "Whether the learner is at work.", readings.isLearning ? 1 : 0)
        }
    }

    private mutating func addSource(_ readings: DaemonReadings) {
        add(
            "camber_source_state", .gauge, "1 for the state that the source is in.", by: "state",
            DaemonReadings.sourceStates.map { ($0, $0 == readings.sourceState ? 1 : 0) })
        add(
            "camber_source_reconnects_total", .counter, "Times that the source was opened anew.", Double(readings.reconnects))
        if let unchanged = readings.unchanged {
            add("camber_source_unchanged_seconds", .gauge, "For how long the source's picture has been the same.", unchanged)
        }
    }

    private mutating func addModel(_ readings: DaemonReadings) {
        addInfo(
            "camber_model_info", "The model in use.",
            [("number", readings.modelNumber.map(String.init) ?? ""), ("fingerprint", readings.modelFingerprint)])
        if let number = readings.modelNumber {
            add("camber_model_number", .gauge, "The registry's number of the model in use.", Double(number))
        }
        add("camber_model_swaps_total", .counter, "Times that a new model took over between two frames.", Double(readings.swaps))
        add(
            "camber_model_rollbacks_total", .counter, "Times that the daemon took a new model back.",
            Double(readings.rollbacks))
    }

    mutating func add(_ spool: SpoolSummary) {
        add("camber_spool_items", .gauge, "Frames in the spool.", Double(spool.items))
        add("camber_spool_size_bytes", .gauge, "What the spool's frames and labels take.", Double(spool.bytes))
        add("camber_spool_pinned_items", .gauge, "Frames in the spool that are never evicted.", Double(spool.pinned))
        add(
            "camber_spool_class_items", .gauge, "Frames in the spool that hold a class.", by: "class",
            Self.sorted(spool.itemsPerClass))
    }

    mutating func addCycles(_ count: Int, last: CycleRecord?) {
        add("camber_learning_cycles_total", .counter, "Cycles of the learner that have ended.", Double(count))
        guard let last else { return }
        add(
            "camber_learning_last_cycle_end_timestamp_seconds", .gauge, "When the last cycle ended.",
            last.endedAt.timeIntervalSince1970)
        add(
            "camber_learning_last_cycle_promoted", .gauge, "Whether the last cycle's model was promoted.",
            last.promoted ? 1 : 0)
    }

    private static func sorted(_ values: [String: Int]) -> [(String, Double)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, Double($0.value)) }
    }
}
