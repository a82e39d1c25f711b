import NeuralNetwork

extension ModelBundle {
    /// Sides beyond this make no sense for the networks and would only ask for gigabytes.
    public static let inputSides = 16...4096
    /// Beyond these a picture's values, 0…1, leave float32's range in a network's first layers.
    private static let largestMean: Float = 1e3
    private static let smallestDeviation: Float = 1e-6

    func validate() throws(NetworkError) {
        try Self.validate(classes, inputSize: inputSize)
        try Self.validate(mean: mean, deviation: deviation)
        if let metric = metrics.filter({ !$0.value.isFinite }).min(by: { $0.key < $1.key }) {
            throw NetworkError("its metric \(metric.key) is \(metric.value).")
        }
        if let problem = calibration?.problem(classes: classes.count) {
            throw NetworkError("its calibration \(problem).", remedy: "'camber train calibration' makes another.")
        }
        try Self.validate(segmentation, against: segmentationGraph, prefix: Part.segmentation.prefix)
        try Self.validate(auxiliary, against: auxiliaryGraph, prefix: Part.auxiliary.prefix)
    }

    /// Checks what is known of a bundle before its networks are trained.
    public static func validate(_ classes: ClassSet, inputSize: Graph.Size) throws(NetworkError) {
        try validate(classes)
        guard inputSides.contains(inputSize.width), inputSides.contains(inputSize.height) else {
            throw NetworkError(
                "its input size is \(inputSize.width)x\(inputSize.height).",
                remedy: "Width and height must lie in \(inputSides.lowerBound)…\(inputSides.upperBound).")
        }
    }

    /// Checks what pictures are normalised with.
    static func validate(mean: [Float], deviation: [Float]) throws(NetworkError) {
        guard mean.count == 3, mean.allSatisfy({ abs($0) <= largestMean }) else {
            throw NetworkError("its mean is \(mean), not three numbers of values 0…1.")
        }
        guard deviation.count == 3, deviation.allSatisfy({ $0.isFinite && $0 >= smallestDeviation }) else {
            throw NetworkError("its deviation is \(deviation), not three positive numbers of at least \(smallestDeviation).")
        }
    }

    static func validate(_ classes: ClassSet) throws(NetworkError) {
        // The index 255 means void in class maps.
        guard (2...255).contains(classes.count) else {
            throw NetworkError("it has \(classes.count) classes.", remedy: "A network tells 2…255 classes apart.")
        }
        var names: Set<String> = []
        for member in classes.members {
            let isPrintable = member.name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard !member.name.isEmpty, member.name.utf8.count <= 100, isPrintable else {
                throw NetworkError("class \(names.count) has no usable name.", remedy: "Names have 1…100 printable characters.")
            }
            guard names.insert(member.name).inserted else { throw NetworkError("two classes are named \(member.name).") }
            guard member.color.count == 3 else {
                throw NetworkError(
                    "class \(member.name) has the colour \(member.color).", remedy: "A colour is red, green, blue: 0…255.")
            }
        }
    }

    /// Compares tensors with what a network needs: names, shapes, finite values, also once batch norms are folded in, and variances
    /// that are not negative.
    ///
    /// - Parameter prefix: what the names in errors start with.
    public static func validate(_ tensors: [String: Tensor], against graph: Graph, prefix: String = "") throws(NetworkError) {
        let parameters = graph.parameters
        let missing = parameters.filter { tensors[$0.name] == nil }.map(\.name)
        if let first = missing.first {
            throw NetworkError("\(prefix)\(first)\(others(missing.count)) not in the file.", remedy: remedy)
        }
        let unknown = Set(tensors.keys).subtracting(parameters.map(\.name)).sorted()
        if let first = unknown.first {
            throw NetworkError("\(prefix)\(first)\(others(unknown.count)) not in this network.", remedy: remedy)
        }
        for parameter in parameters {
            guard let tensor = tensors[parameter.name] else { continue }
            let name = prefix + parameter.name
            guard tensor.shape == parameter.shape else {
                throw NetworkError(
                    "\(name) is \(text(parameter.shape)) in this network, the file has \(text(tensor.shape)).", remedy: remedy)
            }
            if let index = tensor.values.firstIndex(where: { !$0.isFinite }) {
                throw NetworkError(
                    "\(name) is \(tensor.values[index]) at element \(index).", remedy: "Training diverged; use an earlier state.")
            }
            if parameter.role == .runningVariance, let index = tensor.values.firstIndex(where: { $0 < 0 }) {
                throw NetworkError(
                    "\(name) is \(tensor.values[index]) at element \(index).",
                    remedy: "A variance cannot be negative; the file is damaged.")
            }
        }
        if let node = graph.nodeThatCannotBeFolded(tensors) {
            throw NetworkError(
                "the batch norm of \(prefix)\(node) leaves the range of float32: nothing that it sees would be a number.",
                remedy: "Training diverged; use an earlier state.")
        }
    }

    private static func others(_ count: Int) -> String {
        count == 1 ? " is" : " and \(count - 1) other\(count == 2 ? "" : "s") are"
    }

    static func text(_ shape: [Int]) -> String {
        "(" + shape.map(String.init).joined(separator: ",") + ")"
    }
}
