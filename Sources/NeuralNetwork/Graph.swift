/// A network as a value: named nodes in the order in which they can be computed.
///
/// A graph holds no weights and no sizes. The trainer, the inference plan, the ONNX exporter and `models show` all read
/// this one description; parameter names follow PyTorch's `state_dict` of the reference networks.
public struct Graph: Sendable, Equatable {
    public typealias NodeID = Int

    /// One operation with its inputs.
    public struct Node: Sendable, Equatable {
        /// Unique in the graph; the prefix of the node's parameters.
        public let name: String
        public let operation: Operation
        /// Always nodes that come earlier.
        public let inputs: [NodeID]
        /// Channels of the node's output.
        public let channels: Int
        /// What a convolution or a sum ends with; `none` for every other operation.
        public let activation: Activation
    }

    /// What the values of a convolution or a sum are limited to.
    public enum Activation: Sendable, Equatable {
        case none
        /// max(x, 0)
        case relu
        /// min(max(x, 0), 6)
        case relu6

        /// Smallest value that passes.
        public var low: Float { self == .none ? -.infinity : 0 }
        /// Largest value that passes.
        public var high: Float { self == .relu6 ? 6 : .infinity }
    }

    /// What a node computes.
    public enum Operation: Sendable, Equatable {
        /// The network's input.
        case input
        /// Convolution without bias, zero padding `dilation · (kernel / 2)`, then batch norm and the node's activation.
        case convolution(kernel: Int, stride: Int, dilation: Int)
        /// Convolution with bias, stride 1, zero padding `dilation · (kernel / 2)`, and nothing behind it.
        case biasedConvolution(kernel: Int, dilation: Int)
        /// As `convolution`, every channel by itself.
        case depthwiseConvolution(kernel: Int, stride: Int, dilation: Int)
        /// The sum of two inputs of one shape, then the node's activation. While training, a sample's first input is left out
        /// with the probability `dropConnect` and divided by 1 − `dropConnect` otherwise.
        ///
        /// Source: Huang et al., "Deep networks with stochastic depth".
        case add(dropConnect: Float)
        /// 2×2, stride 2, the last odd row and column averaged over what exists (`ceil_mode`, padding not counted).
        case averagePool
        /// 3×3, stride 2, padding 1, with a last window wherever one pixel of it is left (`ceil_mode`).
        case maxPool
        /// Channels of all inputs, one behind the other.
        case concatenate
        /// The first input resized to the second's height and width, bilinearly, corners not aligned.
        case resize
        /// 8×8 transposed convolution, stride 4, padding 2, with bias: four times the height and width.
        case transposedConvolution
        /// The first input cropped at the right and at the bottom to the height and width of the second.
        case crop
        /// 1 / (1 + e^-x).
        case sigmoid
    }

    public private(set) var nodes: [Node] = []
    /// The node whose output is the network's result; the last one added.
    public var output: NodeID { nodes.count - 1 }
    public let inputChannels: Int
    public var outputChannels: Int { nodes[output].channels }
    public static let inputNode: NodeID = 0
    /// Added to the variance in every batch norm.
    public let batchNormEpsilon: Float
    /// How far one training step moves the running statistics of every batch norm.
    public let batchNormMomentum: Float

    public init(inputChannels: Int, batchNormEpsilon: Float = 1e-5, batchNormMomentum: Float = 0.1) {
        self.inputChannels = inputChannels
        self.batchNormEpsilon = batchNormEpsilon
        self.batchNormMomentum = batchNormMomentum
        nodes = [Node(name: "input", operation: .input, inputs: [], channels: inputChannels, activation: .none)]
    }

    @discardableResult
    public mutating func convolution(
        _ name: String, of input: NodeID, channels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1,
        activation: Activation = .relu
    ) -> NodeID {
        precondition(kernel % 2 == 1, "\(name): kernel \(kernel) is not odd")
        let operation = Operation.convolution(kernel: kernel, stride: stride, dilation: dilation)
        return add(name, operation, [input], channels: channels, activation: activation)
    }

    @discardableResult
    public mutating func biasedConvolution(
        _ name: String, of input: NodeID, channels: Int, kernel: Int, dilation: Int = 1
    ) -> NodeID {
        precondition(kernel % 2 == 1, "\(name): kernel \(kernel) is not odd")
        return add(name, .biasedConvolution(kernel: kernel, dilation: dilation), [input], channels: channels)
    }

    @discardableResult
    public mutating func depthwiseConvolution(
        _ name: String, of input: NodeID, kernel: Int, stride: Int = 1, dilation: Int = 1, activation: Activation = .relu
    ) -> NodeID {
        precondition(kernel % 2 == 1, "\(name): kernel \(kernel) is not odd")
        let operation = Operation.depthwiseConvolution(kernel: kernel, stride: stride, dilation: dilation)
        return add(name, operation, [input], channels: nodes[input].channels, activation: activation)
    }

    @discardableResult
    public mutating func sum(
        _ name: String, _ first: NodeID, _ second: NodeID, dropConnect: Float = 0, activation: Activation = .none
    ) -> NodeID {
        precondition(nodes[first].channels == nodes[second].channels, "\(name): the inputs differ in channels")
        precondition((0..<1).contains(dropConnect), "\(name): \(dropConnect) is no rate below one")
        return add(
            name, .add(dropConnect: dropConnect), [first, second], channels: nodes[first].channels, activation: activation)
    }

    @discardableResult
    public mutating func averagePool(_ name: String, of input: NodeID) -> NodeID {
        add(name, .averagePool, [input], channels: nodes[input].channels)
    }

    @discardableResult
    public mutating func maxPool(_ name: String, of input: NodeID) -> NodeID {
        add(name, .maxPool, [input], channels: nodes[input].channels)
    }

    @discardableResult
    public mutating func concatenate(_ name: String, _ inputs: [NodeID]) -> NodeID {
        add(name, .concatenate, inputs, channels: inputs.reduce(0) { $0 + nodes[$1].channels })
    }

    @discardableResult
    public mutating func resize(_ name: String, of input: NodeID, like reference: NodeID) -> NodeID {
        add(name, .resize, [input, reference], channels: nodes[input].channels)
    }

    @discardableResult
    public mutating func transposedConvolution(_ name: String, of input: NodeID, channels: Int) -> NodeID {
        add(name, .transposedConvolution, [input], channels: channels)
    }

    @discardableResult
    public mutating func crop(_ name: String, of input: NodeID, like reference: NodeID) -> NodeID {
        add(name, .crop, [input, reference], channels: nodes[input].channels)
    }

    @discardableResult
    public mutating func sigmoid(_ name: String, of input: NodeID) -> NodeID {
        add(name, .sigmoid, [input], channels: nodes[input].channels)
    }

    private mutating func add(
        _ name: String, _ operation: Operation, _ inputs: [NodeID], channels: Int, activation: Activation = .none
    ) -> NodeID {
        precondition(inputs.allSatisfy { nodes.indices.contains($0) }, "\(name): an input does not exist yet")
        precondition(!nodes.contains { $0.name == name }, "two nodes are named \(name)")
        precondition(channels > 0, "\(name): no output channels")
        nodes.append(Node(name: name, operation: operation, inputs: inputs, channels: channels, activation: activation))
        return nodes.count - 1
    }
}
