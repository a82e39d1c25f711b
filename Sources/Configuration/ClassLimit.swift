import Errors
import RoadScenes

/// A share of the picture that a class may have.
public struct ClassLimit: Sendable, Equatable {
    /// The class's.
    public var name: String
    /// Of the pixels that are not void, 0…1.
    public var share: Double

    public init(name: String, share: Double) { (self.name, self.share) = (name, share) }
}

extension CamberError {
    /// A configuration names a class that the model does not have.
    package static func noClass(_ name: String, key: String, among names: [String]) -> CamberError {
        let nearest = NearestName.of(name, among: names).map { "Did you mean '\($0)'? " } ?? ""
        return CamberError(
            "'\(key)' names '\(name)', which is no class of the model.",
            remedy: "\(nearest)Its classes are \(names.joined(separator: ", ")).")
    }
}
