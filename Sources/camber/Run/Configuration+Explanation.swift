import Configuration
import Files
import Foundation
import Learning
import Live
import RoadScenes
import Video

extension Configuration {
    /// What the configuration means, for people.
    ///
    /// - Parameters:
    ///   - notes: what is not as it should be, and does not keep the daemon from starting.
    ///   - model: the file of the bundle that a start runs.
    func explanation(_ notes: [String], startingWith first: String) -> String {
        let notes = notes + learningNotes
        var lines = notes.isEmpty ? ["\(file) is in order."] : ["\(file) can be run, but:"] + notes.map { "  \($0)" }
        lines.append(
            "Source: \(PublicAddress.text(source.location)), \(paceExplanation)"
                + (source.stream.map { ", video stream \($0)" } ?? "")
                + (source.rate.map { String(format: ", %g frames a second where it says none", $0) } ?? ""))
        lines.append(
            "Model: \(first)" + (size.map { ", frames seen at \($0.width)x\($0.height)" } ?? ", at its own frame size"))
        if registry != nil {
            lines.append("  swapped when another becomes current, then watched for \(probation.text)")
            if let model { lines.append("  an empty registry starts with \(model)") }
        }
        lines.append(
            rate.map { String(format: "Target: %g frames a second, ", $0) + CountText.text(threads, "thread") }
                ?? "Target: none, \(CountText.text(threads, "thread"))")
        for output in outputs {
            var line = "Output: \(output.kind.rawValue) to \(output.file)"
            if let segment = output.segment { line += ", a new file every \(segment.text)" }
            if output.kind == .picture { line += ", every \(output.every.text)" }
            if let event = output.event {
                line +=
                    ", \(event.before.text) before and \(event.after.text) after a mark, in \(ByteText.text(event.memory)) of memory"
                let reasons =
                    ["'camber mark'", "SIGUSR2"] + event.limits.map { "\($0.name) passing \(ShareText.text($0.share))" }
                    + (event.unfamiliar ? ["an unfamiliar road"] : [])
                line += "; marked by " + reasons.joined(separator: ", ")
            }
            lines.append(line)
            if output.kind != .picture { lines.append("  " + keeping(output)) }
        }
        if outputs.isEmpty { lines.append("Output: none") }
        lines += learningExplanation
        if let position { lines.append("Position: from gpsd at \(position.host), port \(position.port)") }
        lines.append("Status: \(statusSocket ?? "none")")
        if let dashboard {
            let host = dashboard.host.contains(":") ? "[\(dashboard.host)]" : dashboard.host
            lines.append(
                "Page: http://\(host):\(dashboard.port)/, "
                    + (dashboard.tokenFile.map { "changes need the token in \($0)" }
                        ?? "for this machine only, without a token"))
        }
        lines.append("Log: \(logLevel.rawValue)")
        return lines.joined(separator: "\n")
    }

    /// How long the files of an output stay.
    private func keeping(_ output: Output) -> String {
        let limits = output.limits
        var parts: [String] = []
        if let size = limits.size { parts.append("at most \(ByteText.text(size))") }
        if let age = limits.age { parts.append("nothing older than \(age.text)") }
        if let keepFree = limits.keepFree { parts.append("\(ByteText.text(keepFree)) of its disk stay free") }
        let folder = output.file.hasSuffix("/") ? output.file : URL(fileURLWithPath: output.file).deletingLastPathComponent().path
        let free = RecordingSurroundings.system.freeBytes(folder).map { "; \(ByteText.text($0)) are free there now" } ?? ""
        return
            (parts.isEmpty
            ? "without a limit: it fills its disk, unless size:, age: or keep_free: removes the oldest"
            : "limits: " + parts.joined(separator: ", ") + ", the oldest files go first") + free
    }

    private var learningExplanation: [String] {
        var lines: [String] = []
        if let gate {
            lines.append(
                "Gate: looks at a frame every \(gate.every.text) with at most \(ShareText.text(gate.cpu)) of one processor; keeps it "
                    + "where at least \(ShareText.text(gate.selected)) of its pixels have \(gate.selection.text)"
                    + " and it differs by \(ShareText.text(gate.difference)) from those there")
            if !gate.rare.isEmpty { lines.append("  favours frames with \(gate.rare.joined(separator: ", "))") }
        }
        if let spool {
            lines.append(
                "Spool: \(spool.folder), at most \(ByteText.text(spool.size)) and \(spool.items) frames, leaves "
                    + "\(ByteText.text(spool.keepFree)) of the disk free, deletes the last \(spool.rareItems) with a rare class last"
            )
            let original = spool.originalSize.map { "up to \($0.width)x\($0.height) of the camera's own picture for people" }
            lines.append(
                "  at most \(spool.unsureItems) more that wait for a person; keeps \(original ?? "nothing larger than the network sees")"
            )
        }
        if let learn {
            lines.append(
                "Learning: " + (learn.every.map { "every \($0.text)" } ?? "when asked to")
                    + ", from \(learn.leastItems) frames on; labels from "
                    + ([("\(learn.labeled)")] + learn.also.map { "\($0.dataset) × \($0.weight)" }).joined(separator: ", ")
                    + ", judged by \(learn.heldOut)")
            lines.append(
                "  recipe \(learn.recipe)" + (learn.epochs.map { ", \(CountText.text($0, "epoch"))" } ?? "")
                    + ", \(CountText.text(learn.threads, "thread")), \(ByteText.text(learn.memory)) of memory, checkpoints in \(learn.work)"
            )
        }
        return lines
    }

    /// What the learner would stumble over.
    private var learningNotes: [String] {
        guard let learn else { return [] }
        var notes: [String] = []
        do {
            if let warning = try Recipe(contentsOf: Recipe.file(named: learn.recipe)).warningAgainstBundle {
                notes.append("learn.recipe: \(warning.problem) Choose one for bundles, such as 'finetune'.")
            }
        } catch {
            notes.append("no cycle of learning runs: \(error)")
        }
        let labeled = [learn.labeled] + learn.also.map(\.dataset)
        for (location, split) in labeled.map({ ($0, "train") }) + [(learn.heldOut, "val")] {
            do { _ = try LearnCommand.dataset(location, split) } catch { notes.append("no cycle of learning runs: \(error)") }
        }
        // Where one data set is learned from and judges, it is missing once.
        return notes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private var paceExplanation: String {
        switch source.effectivePace {
        case .live:
            "live: the newest frame wins; opened again after \(source.reconnectAfter.text) to \(source.reconnectAtMost.text), "
                + "or when no frame comes for \(source.stallTimeout.text)"
                + (source.frozenAfter > .zero ? "; frozen when its picture stays for \(source.frozenAfter.text)" : "")
        case .source: "played at its own pace like a camera" + (source.repeats ? ", again and again" : "")
        case .everyFrame, .unpaced: "every frame" + (source.repeats ? ", again and again" : "")
        }
    }
}
