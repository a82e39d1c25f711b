import NeuralNetwork

/// The paper's segmentation network: (3, H, W) → class scores (classes, H, W).
///
/// Source: section 3.1 and figure 2 of the paper, which leave some unit counts, widths and dilations open: those are ours.
public enum SegmentationNetwork {
    static let growth = 32
    static let dilations = [1, 2, 4, 8]

    public static func graph(classes: Int) -> Graph {
        var g = Graph(inputChannels: 3)
        let stem = g.convolution("initial.stem", of: Graph.inputNode, channels: 32, kernel: 3, stride: 2)
        let initial = g.averagePool("initial", of: twoBranches("initial", of: stem, left: 16, right: (32, 48), in: &g))
        let features1 = (0..<2).reduce(initial) { input, unit in
            twoBranches("block1.\(unit)", of: input, left: 16, right: (48, 48), in: &g)
        }
        let features2 = denseBlock(
            "block2", units: 4, of: transition("transition1", of: features1, channels: 96, pool: true, in: &g), in: &g)
        let features3 = denseBlock(
            "block3", units: 8, of: transition("transition2", of: features2, channels: 128, pool: true, in: &g), in: &g)
        let features4 = denseBlock(
            "block4", units: 8, dilations: dilations,
            of: transition("transition3", of: features3, channels: 288, pool: false, in: &g), in: &g)

        let decoded = zip([features1, features2, features3, features4], [24, 32, 16, 24]).enumerated().map { index, part in
            let scale = g.convolution("decode\(index + 1)", of: part.0, channels: part.1, kernel: 3)
            return index == 0 ? scale : g.resize("decode\(index + 1).resized", of: scale, like: features1)
        }
        let classify = g.transposedConvolution("classify", of: g.concatenate("decoded", decoded), channels: classes)
        g.crop("scores", of: classify, like: Graph.inputNode)
        return g
    }

    /// [1×1 ‖ 3×3 → 3×3], concatenated.
    private static func twoBranches(
        _ name: String, of input: Graph.NodeID, left: Int, right: (Int, Int), in g: inout Graph
    ) -> Graph.NodeID {
        let leftBranch = g.convolution("\(name).left", of: input, channels: left, kernel: 1)
        let right1 = g.convolution("\(name).right1", of: input, channels: right.0, kernel: 3)
        let right2 = g.convolution("\(name).right2", of: right1, channels: right.1, kernel: 3)
        return g.concatenate("\(name).joined", [leftBranch, right2])
    }

    /// Bottleneck units: conv 1×1 → conv 3×3, concatenated behind the unit's input.
    private static func denseBlock(
        _ name: String, units: Int, dilations: [Int] = [1], of input: Graph.NodeID, in g: inout Graph
    ) -> Graph.NodeID {
        (0..<units).reduce(input) { input, unit in
            let reduce = g.convolution("\(name).\(unit).reduce", of: input, channels: 4 * growth, kernel: 1)
            let grow = g.convolution(
                "\(name).\(unit).grow", of: reduce, channels: growth, kernel: 3, dilation: dilations[unit % dilations.count])
            return g.concatenate("\(name).\(unit)", [input, grow])
        }
    }

    private static func transition(
        _ name: String, of input: Graph.NodeID, channels: Int, pool: Bool, in g: inout Graph
    ) -> Graph.NodeID {
        let convolution = g.convolution("\(name).conv", of: input, channels: channels, kernel: 1)
        return pool ? g.averagePool("\(name).pool", of: convolution) : convolution
    }
}
