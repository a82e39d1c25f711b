import NeuralNetwork

/// The paper's auxiliary network: class probabilities (classes, H, W) → confidence (1, H, W) in 0…1.
///
/// Source: section 3.2 and table 1 of the paper.
public enum AuxiliaryNetwork {
    static let dilations = [1, 2, 4, 8, 16]

    public static func graph(classes: Int) -> Graph {
        var g = Graph(inputChannels: classes)
        var x = g.convolution("conv1", of: Graph.inputNode, channels: 32, kernel: 3, stride: 2)
        x = g.convolution("conv2", of: x, channels: 64, kernel: 3)
        x = g.convolution("conv3", of: x, channels: 128, kernel: 3, stride: 2)
        x = g.convolution("conv4", of: x, channels: 256, kernel: 3)
        x = g.convolution("conv5", of: x, channels: 256, kernel: 3)
        let branches = dilations.enumerated().map { index, dilation in
            g.convolution("aspp.\(index)", of: x, channels: 32, kernel: 3, dilation: dilation)
        }
        let scores = g.transposedConvolution("confidence", of: g.concatenate("aspp", branches), channels: 1)
        g.sigmoid("confidence.map", of: g.crop("confidence.cropped", of: scores, like: Graph.inputNode))
        return g
    }
}
