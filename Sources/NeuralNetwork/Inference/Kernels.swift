import CKernels

/// Which hot loops compute a network.
public enum Kernels: String, Sendable, CaseIterable {
    /// Own AVX2 and FMA loops, Winograd convolutions.
    case avx2
    /// Plain C with OpenBLAS's matrix products: every CPU, and the oracle of the tests.
    case portable

    /// The fastest that this CPU runs.
    public static let best: Kernels = avx2.isAvailable ? .avx2 : .portable

    /// Whether this CPU runs them.
    public var isAvailable: Bool { self == .portable || ck_cpu_has_avx2() }
}
