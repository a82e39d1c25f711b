import NeuralNetwork

/// EfficientNet-Lite as an encoder with a feature pyramid as its decoder: (3, H, W) → class scores (classes, H, W).
///
/// The encoder ends before the classifier's 1×1 convolution to 1280 channels. Features at 1/4, 1/8, 1/16 and 1/32 are brought to one
/// width by 1×1 convolutions and summed from the coarsest to the finest; two 3×3 convolutions and the paper's transposed convolution
/// make scores of them.
///
/// Source: Tan and Le, "EfficientNet", table 1, in the Lite form without squeeze-and-excitation and with ReLU6; Lin et al., "Feature
/// pyramid networks for object detection".
public enum EfficientNetLiteNetwork {
    /// One stage of inverted residuals.
    private struct Stage {
        let kernel: Int
        let stride: Int
        let expansion: Int
        let channels: Int
        let units: Int
    }

    private static let stages = [
        Stage(kernel: 3, stride: 1, expansion: 1, channels: 16, units: 1),
        Stage(kernel: 3, stride: 2, expansion: 6, channels: 24, units: 2),
        Stage(kernel: 5, stride: 2, expansion: 6, channels: 40, units: 2),
        Stage(kernel: 3, stride: 2, expansion: 6, channels: 80, units: 3),
        Stage(kernel: 5, stride: 1, expansion: 6, channels: 112, units: 3),
        Stage(kernel: 5, stride: 2, expansion: 6, channels: 192, units: 4),
        Stage(kernel: 3, stride: 1, expansion: 6, channels: 320, units: 1),
    ]
    private static let stemChannels = 32
    /// Rate at which the last unit's residual branch is left out while training; earlier units in proportion.
    private static let dropConnect: Float = 0.2

    /// How wide and how deep one member of the family is, and how wide its decoder.
    public struct Scale: Sendable, Equatable {
        public let width: Double
        public let depth: Double
        public let decoderChannels: Int

        public static let lite0 = Scale(width: 1, depth: 1, decoderChannels: 64)
        public static let lite1 = Scale(width: 1, depth: 1.1, decoderChannels: 64)
        public static let lite2 = Scale(width: 1.1, depth: 1.2, decoderChannels: 64)

        /// Rounded to a multiple of eight, never more than a tenth below.
        func channels(_ base: Int) -> Int {
            let wanted = Double(base) * width
            let rounded = max(8, Int(wanted + 4) / 8 * 8)
            return Double(rounded) < 0.9 * wanted ? rounded + 8 : rounded
        }

        func units(_ base: Int) -> Int { Int((depth * Double(base)).rounded(.up)) }
    }

    public static func graph(classes: Int, scale: Scale) -> Graph {
        var g = Graph(inputChannels: 3, batchNormEpsilon: 1e-3, batchNormMomentum: 0.01)
        let features = encoder(scale, in: &g)
        var x: Graph.NodeID?
        for (level, feature) in features.enumerated().reversed() {
            let name = "decoder.level\(level)"
            let lateral = g.convolution(
                name + ".lateral", of: feature, channels: scale.decoderChannels, kernel: 1, activation: .none)
            x = x.map { g.sum(name, lateral, g.resize(name + ".resized", of: $0, like: feature)) } ?? lateral
        }
        for index in 0..<2 {
            x = g.convolution("decoder.smooth\(index)", of: x!, channels: scale.decoderChannels, kernel: 3)
        }
        g.crop("scores", of: g.transposedConvolution("classify", of: x!, channels: classes), like: Graph.inputNode)
        return g
    }

    /// Features at 1/4, 1/8, 1/16 and 1/32: the last output of each size.
    private static func encoder(_ scale: Scale, in g: inout Graph) -> [Graph.NodeID] {
        // The first and the last stage keep their depth, the stem its width, as the Lite variants do.
        let units = stages.indices.map { index in
            index == 0 || index == stages.count - 1 ? stages[index].units : scale.units(stages[index].units)
        }
        let total = units.reduce(0, +)
        var x = g.convolution(
            "encoder.stem", of: Graph.inputNode, channels: stemChannels, kernel: 3, stride: 2, activation: .relu6)
        var features: [Graph.NodeID] = []
        var index = 0
        for (stage, count) in zip(stages, units) {
            if stage.stride == 2 { features.append(x) }
            for unit in 0..<count {
                x = invertedResidual(
                    "encoder.block\(index)", of: x, stage, stride: unit == 0 ? stage.stride : 1,
                    channels: scale.channels(stage.channels), dropConnect: dropConnect * Float(index) / Float(total), in: &g)
                index += 1
            }
        }
        // The first of them is at 1/2.
        return features.dropFirst() + [x]
    }

    /// 1×1 up, depthwise, 1×1 down; added to the input where the shape stays.
    private static func invertedResidual(
        _ name: String, of input: Graph.NodeID, _ stage: Stage, stride: Int, channels: Int, dropConnect: Float, in g: inout Graph
    ) -> Graph.NodeID {
        let from = g.nodes[input].channels
        var x = input
        if stage.expansion > 1 {
            x = g.convolution(name + ".expand", of: x, channels: from * stage.expansion, kernel: 1, activation: .relu6)
        }
        x = g.depthwiseConvolution(name + ".depthwise", of: x, kernel: stage.kernel, stride: stride, activation: .relu6)
        x = g.convolution(name + ".project", of: x, channels: channels, kernel: 1, activation: .none)
        guard stride == 1, channels == from else { return x }
        return g.sum(name, x, input, dropConnect: dropConnect)
    }
}
