import ArgumentParser
import NeuralNetwork
import RoadScenes

/// Sizes on the command line are written as people say them: `480x360`, width first.
extension Graph.Size: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(widthByHeight: argument)
    }

    public var defaultValueDescription: String { "\(width)x\(height)" }

    /// - Throws: where the networks cannot sensibly work at this size.
    func validate() throws {
        let sides = ModelBundle.inputSides
        guard sides.contains(width), sides.contains(height) else {
            throw ValidationError("\(width)x\(height): width and height must lie in \(sides.lowerBound)…\(sides.upperBound).")
        }
    }
}
