import CKernels

/// Which hot loops compute a network.
public enum Kernels: String, Sendable, CaseIterable {
    /// Own AVX-512 loops, Winograd convolutions.
    case avx512
    /// The same with AVX2 and FMA.
    case avx2
    /// Plain C with OpenBLAS's matrix products: every CPU, and the oracle of the tests.
    case portable

    /// The fastest that this CPU runs.
    public static let best: Kernels = allCases.first(where: \.isAvailable) ?? .portable

    /// Whether this CPU runs them.
    public var isAvailable: Bool {
        switch self {
        case .avx512: ck_cpu_has_avx512()
        case .avx2: ck_cpu_has_avx2()
        case .portable: true
        }
    }

    /// The loops; nil for the portable ones, which differ in how they are fed.
    var vector: ck_vector_kernels? {
        switch self {
        case .avx512: ck_avx512_kernels
        case .avx2: ck_avx2_kernels
        case .portable: nil
        }
    }

    /// Floats in a vector; 0 where products are OpenBLAS's.
    var lanes: Int {
        switch self {
        case .avx512: 16
        case .avx2: 8
        case .portable: 0
        }
    }
}
