/// A record of the registry that cannot be read. It is left as it is: a newer Camber, or a repaired disk, may read it.
public struct RegistryFinding: Sendable, Equatable, Codable {
    /// The model's number; nil for the record of a cycle.
    public let model: Int?
    public let path: String
    /// What was found and what was expected.
    public let problem: String
}
