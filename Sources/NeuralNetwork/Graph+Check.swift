extension Graph {
    /// Checks that `weights` holds every tensor of this network in its shape.
    ///
    /// - Throws: naming the first tensor that is missing or has another shape.
    public func check(_ weights: [String: Tensor]) throws(NetworkError) {
        for parameter in parameters {
            guard let tensor = weights[parameter.name] else {
                throw NetworkError("The weights have no \(parameter.name), which this network needs.")
            }
            guard tensor.shape == parameter.shape else {
                throw NetworkError("\(parameter.name) is \(parameter.shape) in this network, the weights have \(tensor.shape).")
            }
        }
    }
}
