import ArgumentParser
import NeuralNetwork

extension Kernels: ExpressibleByArgument {}

/// Which hot loops compute.
struct KernelOptions: ParsableArguments {
    // No default that help and manual would show: theirs would be that of the machine which made them.
    @Option(name: .customLong("kernels"), help: "The hot loops that compute. Default: the fastest that this processor runs.")
    private var chosen: Kernels?

    var kernels: Kernels { chosen ?? .best }
}
