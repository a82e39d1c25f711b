/// When a changed value takes effect.
enum TakesEffect: String, Sendable {
    case atReload = "reload"
    case atNextCycle = "next cycle"
    case atRestart = "restart"
}

/// One key of the configuration file, declared once: the reader, the reference page and what a reload says are made of it.
struct ConfigurationKey<Value: Sendable & Equatable>: Sendable {
    let name: String
    let kind: ConfigurationValueKind<Value>
    /// What holds where the key is left out; nil where `instead` says it.
    let standard: Value?
    /// In words, where there is no standard value.
    let instead: String
    let takesEffect: TakesEffect
    /// What it is for, in a sentence or two.
    let purpose: String
}

extension ConfigurationKey {
    /// A key that holds a value even where it is left out.
    init(
        _ name: String, _ kind: ConfigurationValueKind<Value>, standard: Value, _ purpose: String,
        takesEffect: TakesEffect = .atRestart
    ) {
        self.init(name: name, kind: kind, standard: standard, instead: "", takesEffect: takesEffect, purpose: purpose)
    }

    /// A key that may be left out, in which case there is no value.
    init(
        _ name: String, _ kind: ConfigurationValueKind<Value>, otherwise: String, _ purpose: String,
        takesEffect: TakesEffect = .atRestart
    ) {
        self.init(name: name, kind: kind, standard: nil, instead: otherwise, takesEffect: takesEffect, purpose: purpose)
    }
}

/// A key without the type of its value.
protocol ConfigurationKeyDescription: Sendable {
    var name: String { get }
    /// What may be given.
    var brief: String { get }
    /// What holds where the key is left out.
    var standardText: String { get }
    var takesEffect: TakesEffect { get }
    var purpose: String { get }
}

extension ConfigurationKey: ConfigurationKeyDescription {
    var brief: String { kind.brief }
    var standardText: String { standard.map { "`\(kind.text($0))`" } ?? instead }
}
