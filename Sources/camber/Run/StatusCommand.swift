import ArgumentParser
import Configuration
import Files
import Foundation
import Live
import Status

/// `camber status`: asks the running daemon.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Ask the running daemon how it is.")

    @OptionGroup var daemon: DaemonOptions
    @Flag(help: "Print the daemon's answer as JSON.") var json = false

    func run() throws {
        let path = try daemon.path
        if json {
            let answer = try StatusClient.ask(path)
            guard let value = try? JSONSerialization.jsonObject(with: answer),
                let pretty = try? JSONSerialization.data(
                    withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            else { throw LiveError("What answers at \(path) is not Camber.") }
            print(String(decoding: pretty, as: UTF8.self))
        } else {
            print(try StatusClient.status(path).text)
        }
    }
}

extension DaemonStatus {
    /// For people.
    fileprivate var text: String {
        var lines = [
            "Source    \(source.location): \(source.state.rawValue)" + (source.problem.map { " (\($0))" } ?? ""),
            "Model     \(model.file)\(number), \(model.classes.count) classes, \(model.width)x\(model.height)",
            String(format: "Rate      %.2f frames/s", deliveredFps)
                + (targetFps.map { String(format: " of %g wanted", $0) } ?? ", no target set"),
            "Latency   " + Self.text(latency) + " (last ten seconds)",
            "          " + Self.text(latencyOverall) + " (since the start)",
            "Frames    \(frames) delivered, \(dropped) dropped\(reasons), \(damaged) damaged"
                + (oddTimes > 0 ? ", \(oddTimes) with odd times" : ""),
        ]
        if let width = source.width, let height = source.height {
            lines[0] += String(format: ", %dx%d, %.4g frames/s nominal", width, height, source.fps ?? 0)
        }
        if source.reconnects > 0 { lines[0] += ", \(CountText.text(source.reconnects, "reconnect"))" }
        if source.state == .frozen, let unchanged = source.unchanged {
            lines[0] += String(format: ", its picture unchanged for %.0f s", unchanged)
        }
        if let position { lines.append("Position  " + Self.text(position)) }
        if let text = clock.text { lines.append("Clock     \(text)") }
        lines += (source.notices ?? []).map { "Note      " + $0 }
        for output in outputs {
            if let events = output.events {
                lines.append("Events    \(output.name): " + Self.text(events))
                continue
            }
            lines.append(
                "Output    \(output.name): \(output.state.rawValue), \(output.written) written, \(output.dropped) dropped"
                    + (output.damaged > 0 ? ", \(output.damaged) damaged" : "")
                    + (output.problem.map { " (\($0))" } ?? ""))
        }
        lines += closedLoop
        lines.append(String(format: "Running   %.0f s, process %d, version %@", uptime, pid, version))
        return lines.joined(separator: "\n")
    }

    /// What there is of gate, spool, swaps and learner.
    private var closedLoop: [String] {
        var lines: [String] = []
        if let models {
            var line = "Swaps     \(swaps), \(models.rollbacks) rolled back"
            if let trial = models.probation {
                line += String(format: "; model %d on probation for %.0f s more", trial.model, trial.remaining)
            }
            lines.append(line + (models.problem.map { " (\($0))" } ?? ""))
        }
        if let gate {
            let counts = gate.decisions.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
                "\($0.value) \(GateDecision(rawValue: $0.key)?.words ?? $0.key)"
            }
            lines.append(
                "Gate      " + (counts.isEmpty ? "no frame yet" : counts.joined(separator: ", "))
                    + String(format: "; %.1f%% of a processor", gate.cpu * 100) + (gate.problem.map { " (\($0))" } ?? ""))
        }
        if let familiarity = gate?.familiarity {
            lines.append(
                "Road      "
                    + (familiarity.warning
                        ?? "familiar: \(ShareText.text(familiarity.expectedAccuracy)) of the pixels should be right"))
        }
        if let spool {
            lines.append(
                "Spool     \(CountText.text(spool.items, "frame")), \(ByteText.text(spool.bytes)), \(spool.pinned) pinned"
                    + (spool.unsure.map { ", and \($0) that wait for a person" } ?? ""))
        }
        if let learner {
            var line = "Learner   " + learner.state.rawValue + (learner.pid.map { ", process \($0)" } ?? "")
            if let end = learner.lastExit { line += ", the last one: \(end)" }
            if let next = learner.next, learner.pid == nil { line += String(format: ", next in %.0f s", next) }
            lines.append(line)
        }
        return lines
    }

    private var number: String { model.number.map { " (number \($0))" } ?? "" }

    private var reasons: String {
        let named = drops.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return named.isEmpty ? "" : " (\(named.joined(separator: ", ")))"
    }

    private static func text(_ position: PositionReport) -> String {
        guard let place = position.position else {
            let reason = position.problem ?? (position.state == .noFix ? "no fix" : "unknown")
            return "unknown: \(reason) (gpsd at \(position.source))"
        }
        return String(format: "%.5f, %.5f", place.latitude, place.longitude)
            + (place.speed.map { String(format: ", %.0f km/h", $0 * 3.6) } ?? "") + " (gpsd at \(position.source))"
    }

    private static func text(_ events: EventReport) -> String {
        var parts = ["\(events.kept) kept"]
        if let last = events.last {
            parts.append(
                String(format: "the last of %.1f s (%@): ", last.seconds, last.marks.joined(separator: ", "))
                    + last.files.joined(separator: ", "))
        }
        if let file = events.recording { parts.append("recording \(file)") }
        parts.append(String(format: "%.1f s in memory (%@)", events.heldSeconds, ByteText.text(events.heldBytes)))
        return parts.joined(separator: "; ") + (events.problem.map { " (\($0))" } ?? "")
    }

    private static func text(_ quantiles: LatencyQuantiles) -> String {
        String(
            format: "p50 %.1f, p90 %.1f, p99 %.1f, longest %.1f ms", quantiles.p50, quantiles.p90, quantiles.p99, quantiles.max)
    }
}

extension ClockReport {
    /// Nil where it is as it should be.
    fileprivate var text: String? {
        var parts = state == .unset ? ["not set; names and records have wrong times"] : []
        if jumps > 0 { parts.append(String(format: "set %d times since the start, last by %+.0f s", jumps, lastJump ?? 0)) }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
