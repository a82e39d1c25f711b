import Foundation
import Store
import WebServer

/// The numbered models, what happened to them, and the cycles of the learner that made them.
struct ModelAnswers {
    struct Models: Encodable {
        var models: [Model]
        /// The latest first.
        var events: [RegistryEvent]
    }

    struct Model: Encodable {
        var number: Int
        var fingerprint: String
        var added: Date
        var origin: String
        var state: ModelEntry.State
        var miou: Double?

        init(_ entry: ModelEntry) {
            (number, fingerprint, added) = (entry.number, entry.fingerprint, entry.addedAt)
            (origin, state, miou) = (entry.origin, entry.state, entry.miou)
        }
    }

    struct Cycles: Encodable {
        /// The latest first.
        var cycles: [Cycle]
    }

    struct Cycle: Encodable {
        var id: Int
        var started: Date
        var ended: Date
        /// Units: seconds of work.
        var seconds: Double
        var incumbent: Int
        var candidate: Int?
        var promoted: Bool
        var reason: String
        /// How many frames the candidate was trained on.
        var items: Int
        /// The training loss, one value an epoch.
        var loss: [Double]
        var incumbentCard: ScoreCard
        var candidateCard: ScoreCard?

        init(_ record: CycleRecord) {
            (id, started, ended, seconds) = (record.id, record.startedAt, record.endedAt, record.seconds)
            (incumbent, candidate, promoted) = (record.incumbent, record.candidate, record.promoted)
            (reason, items, loss) = (record.reason, record.items.count, record.lossCurve)
            (incumbentCard, candidateCard) = (record.incumbentCard, record.candidateCard)
        }
    }

    /// What the registry's history says of a change that was made here.
    private static let reason = "asked for on the page"
    private static let mostEvents = 50

    let store: StoreAccess

    func add(to router: inout Router) {
        router.add("/api/cycles", [.get: cycles])
        router.add("/api/models", [.get: models])
        router.add("/api/models/rollback", [.post: rollback])
        router.add("/api/models/{number}/promote", [.post: promote])
    }

    private func cycles(_ request: Request) throws(DashboardError) -> Response {
        let limit = try request.number("limit", in: 1...100, standard: 10)
        let records = try store.withRegistry { registry throws(StoreError) in try registry.cycles(last: limit) }
        return try .json(Cycles(cycles: records.map(Cycle.init)))
    }

    private func models(_: Request) throws(DashboardError) -> Response {
        let models = try store.withRegistry { registry throws(StoreError) in
            Models(
                models: try registry.entries().map(Model.init), events: Array(try registry.events().prefix(Self.mostEvents)))
        }
        return try .json(models)
    }

    private func promote(_ request: Request) throws(DashboardError) -> Response {
        let number = try request.pathNumber("number")
        let known = try store.withRegistry { registry throws(StoreError) in
            try registry.entries().contains { $0.number == number }
        }
        guard known else {
            throw DashboardError(.missing, "There is no model \(number).", remedy: "/api/models lists them.")
        }
        return try current { registry throws(StoreError) in try registry.promote(number, reason: Self.reason) }
    }

    private func rollback(_: Request) throws(DashboardError) -> Response {
        try current { registry throws(StoreError) in try registry.rollback(reason: Self.reason) }
    }

    /// Changes which model is current, and says which one is now.
    private func current(_ change: (ModelRegistry) throws(StoreError) -> Void) throws(DashboardError) -> Response {
        let entry = try store.withRegistry(refusal: .conflict) { registry throws(StoreError) in
            try change(registry)
            return try registry.current()
        }
        guard let entry else { preconditionFailure("a registry that has just promoted has no current model") }
        return try .json(Model(entry))
    }
}
