import ArgumentParser
import Store

extension ModelsCommand {
    /// `camber models list`: the registry's bundles.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a registry's bundles, newest first.")

        @OptionGroup var registry: RegistryOptions
        @Flag(help: "Print what happened to the models, and what the learner's cycles did.") var history = false
        @Flag(help: "Print JSON.") var json = false

        private struct Report: Encodable {
            let models: [ModelEntry]
            let unreadable: [RegistryFinding]
            let events: [RegistryEvent]?
            let cycles: [CycleRecord]?
        }

        func run() throws {
            let registry = try registry.open()
            do { _ = try registry.current() } catch { standardError("\(error)") }
            let models = try registry.entries()
            let events = history ? try registry.events() : nil
            let cycles = history ? try registry.cycles() : nil
            let unreadable = try registry.unreadable()
            if json {
                return print(
                    try ReportJSON.text(Report(models: models, unreadable: unreadable, events: events, cycles: cycles)))
            }
            print(models.isEmpty ? "There are no models in \(registry.folder)." : Self.text(models))
            for finding in unreadable {
                let model = finding.model.map { " Model \($0) is no candidate." } ?? ""
                print("\(finding.path) cannot be read and is left as it is. \(finding.problem)\(model)")
            }
            if let events, !events.isEmpty { print("\n" + Self.text(events)) }
            if let cycles, !cycles.isEmpty { print("\n" + Self.text(cycles)) }
        }

        private static func text(_ models: [ModelEntry]) -> String {
            var table = TextTable(
                ("NUMBER", .right), ("STATE", .left), ("ADDED", .left), ("ORIGIN", .left), ("MIOU", .right),
                ("FINGERPRINT", .left))
            for model in models {
                table.add(
                    String(model.number), model.state == .rolledBack ? "rolled back" : model.state.rawValue,
                    StoreReport.text(model.addedAt), model.origin, model.miou.map(StoreReport.percent) ?? "", model.fingerprint)
            }
            return table.text
        }

        private static func text(_ events: [RegistryEvent]) -> String {
            var table = TextTable(("WHEN", .left), ("MODEL", .right), ("WHAT", .left), ("WHY", .left))
            for event in events {
                let kind = event.kind == .rolledBack ? "rolled back" : event.kind.rawValue
                table.add(StoreReport.text(event.time), String(event.number), kind, event.reason)
            }
            return table.text
        }

        private static func text(_ cycles: [CycleRecord]) -> String {
            var table = TextTable(
                ("CYCLE", .right), ("ENDED", .left), ("INCUMBENT", .right), ("CANDIDATE", .right), ("ITEMS", .right),
                ("RESULT", .left),
                ("WHY", .left))
            for cycle in cycles {
                table.add(
                    String(cycle.id), StoreReport.text(cycle.endedAt),
                    "\(cycle.incumbent): \(StoreReport.percent(cycle.incumbentCard.miou))",
                    cycle.candidate.map { number in
                        "\(number)" + (cycle.candidateCard.map { ": \(StoreReport.percent($0.miou))" } ?? "")
                    } ?? "", String(cycle.items.count), cycle.promoted ? "promoted" : "not promoted", cycle.reason)
            }
            return table.text
        }
    }
}
