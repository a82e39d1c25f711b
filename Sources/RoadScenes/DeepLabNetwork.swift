import NeuralNetwork

/// DeepLab-v2 with ResNet-101: (3, H, W) → class scores (classes, H, W).
///
/// The last two stages of ResNet keep 1/8 of the input's size and look further by dilation 2 and 4 instead. Four 3×3 convolutions of
/// rates 6, 12, 18 and 24 classify what they see; their sum, resized to the input, is the result. One size, no CRF.
///
/// Source: Chen et al., "DeepLab" (2017), sections 3.1 and 3.2; He et al., "Deep residual learning", table 1; Hung et al., "Adversarial
/// learning for semi-supervised semantic segmentation", for the stride in the first convolution of a unit and the pooling's last window.
public enum DeepLabNetwork {
    /// One stage of bottlenecks.
    private struct Stage {
        let channels: Int
        let units: Int
        let stride: Int
        let dilation: Int
    }

    private static let stages = [
        Stage(channels: 64, units: 3, stride: 1, dilation: 1), Stage(channels: 128, units: 4, stride: 2, dilation: 1),
        Stage(channels: 256, units: 23, stride: 1, dilation: 2), Stage(channels: 512, units: 3, stride: 1, dilation: 4),
    ]
    private static let expansion = 4
    private static let rates = [6, 12, 18, 24]

    public static func graph(classes: Int) -> Graph {
        var g = Graph(inputChannels: 3)
        var x = g.convolution("encoder.stem", of: Graph.inputNode, channels: 64, kernel: 7, stride: 2)
        x = g.maxPool("encoder.pool", of: x)
        for (number, stage) in stages.enumerated() {
            for unit in 0..<stage.units {
                x = bottleneck("encoder.layer\(number + 1).\(unit)", of: x, stage, isFirst: unit == 0, in: &g)
            }
        }
        let branches = rates.enumerated().map { index, rate in
            g.biasedConvolution("classify.\(index)", of: x, channels: classes, kernel: 3, dilation: rate)
        }
        let sum = branches.indices.dropFirst().reduce(branches[0]) { g.sum("classified.\($1)", $0, branches[$1]) }
        g.resize("scores", of: sum, like: Graph.inputNode)
        return g
    }

    /// 1×1 down, 3×3, 1×1 up; added to the input, which a 1×1 convolution brings to the same shape in a stage's first unit.
    private static func bottleneck(
        _ name: String, of input: Graph.NodeID, _ stage: Stage, isFirst: Bool, in g: inout Graph
    ) -> Graph.NodeID {
        let (stride, wide) = (isFirst ? stage.stride : 1, stage.channels * expansion)
        var x = g.convolution(name + ".reduce", of: input, channels: stage.channels, kernel: 1, stride: stride)
        x = g.convolution(name + ".middle", of: x, channels: stage.channels, kernel: 3, dilation: stage.dilation)
        x = g.convolution(name + ".expand", of: x, channels: wide, kernel: 1, activation: .none)
        let shortcut =
            isFirst
            ? g.convolution(name + ".shortcut", of: input, channels: wide, kernel: 1, stride: stride, activation: .none) : input
        return g.sum(name, x, shortcut, activation: .relu)
    }
}
