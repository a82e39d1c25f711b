import Status
import Store

extension MetricsText {
    mutating func add(_ status: DaemonStatus, _ latency: LatencyBuckets) {
        addInfo("camber_build_info", "The program's version.", [("version", status.version)])
        add("camber_uptime_seconds", .gauge, "Time since the daemon's start.", status.uptime)
        addSource(status.source)
        add("camber_frames_delivered_total", .counter, "Frames that got a class map.", Double(status.frames))
        add(
            "camber_frames_damaged_total", .counter, "Frames that were lost, or of which parts are missing.",
            Double(status.damaged))
        add(
            "camber_frames_dropped_total", .counter,
            "Frames that came and were not labeled: late, overtaken by a newer one; surplus, beyond the target rate.",
            by: "reason", Self.sorted(status.drops))
        add(
            "camber_delivered_rate_hertz", .gauge, "Frames labeled each second, over the last ten seconds.",
            status.deliveredFps)
        if let target = status.targetFps {
            add("camber_target_rate_hertz", .gauge, "Frames wanted each second.", target)
        }
        add("camber_frame_latency_seconds", "From a frame's capture to its class map.", latency)
        addModel(status)
        addOutputs(status.outputs)
        if let decisions = status.gate?.decisions {
            add(
                "camber_gate_turns_total", .counter, "Frames whose turn at the gate it was, by what came of it.",
                by: "decision", Self.sorted(decisions))
        }
        if let familiarity = status.gate?.familiarity {
            add(
                "camber_expected_accuracy_ratio", .gauge,
                "Share of the pixels that should be right, by the calibrated model's account.",
                familiarity.expectedAccuracy)
            add("camber_road_unfamiliar", .gauge, "Whether that is less than usual.", familiarity.isUnfamiliar ? 1 : 0)
        }
        if let learner = status.learner {
            add(
                "camber_learner_starts_total", .counter, "Runs of the learner that the daemon has started.",
                Double(learner.started))
            add("camber_learner_running", .gauge, "Whether the learner is at work.", learner.state == .running ? 1 : 0)
        }
    }

    private mutating func addSource(_ source: SourceReport) {
        add(
            "camber_source_state", .gauge, "1 for the state that the source is in.", by: "state",
            SourceReport.Condition.allCases.map { ($0.rawValue, $0 == source.state ? 1 : 0) })
        add(
            "camber_source_reconnects_total", .counter, "Times that the source was opened anew.", Double(source.reconnects))
        if let unchanged = source.unchanged {
            add("camber_source_unchanged_seconds", .gauge, "For how long the source's picture has been the same.", unchanged)
        }
    }

    private mutating func addOutputs(_ outputs: [OutputReport]) {
        add(
            "camber_output_working", .gauge, "Whether the output works; 0 where it has failed or takes no frames.", by: "output",
            outputs.map { ($0.name, $0.state == .working ? 1 : 0) })
        // Of an output of events its lane only looks at frames.
        let recordings = outputs.filter { $0.events == nil }
        add(
            "camber_output_frames_written_total", .counter, "Frames that the output has written.", by: "output",
            recordings.map { ($0.name, Double($0.written)) })
        add(
            "camber_output_frames_dropped_total", .counter, "Frames that the output lost, as it was slow or had failed.",
            by: "output", recordings.map { ($0.name, Double($0.dropped)) })
        add(
            "camber_output_events_kept_total", .counter, "Events that the output has kept.", by: "output",
            outputs.compactMap { output in output.events.map { (output.name, Double($0.kept)) } })
    }

    private mutating func addModel(_ status: DaemonStatus) {
        addInfo(
            "camber_model_info", "The model in use.",
            [("number", status.model.number.map(String.init) ?? ""), ("fingerprint", status.model.fingerprint)])
        if let number = status.model.number {
            add("camber_model_number", .gauge, "The registry's number of the model in use.", Double(number))
        }
        add("camber_model_swaps_total", .counter, "Times that a new model took over between two frames.", Double(status.swaps))
        add(
            "camber_model_rollbacks_total", .counter, "Times that the daemon took a new model back.",
            Double(status.models?.rollbacks ?? 0))
    }

    mutating func add(_ spool: SpoolSummary) {
        add("camber_spool_items", .gauge, "Frames in the spool to learn from.", Double(spool.items))
        add("camber_spool_unsure_items", .gauge, "Frames in the spool that wait for a person.", Double(spool.unsure ?? 0))
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
