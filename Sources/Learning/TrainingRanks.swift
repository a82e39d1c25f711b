import Foundation

#if MPI
    import CMPI
#endif

/// The processes of one training, which `mpirun` started together; only one in a build without the package trait MPI.
///
/// Threading: the thread that joined.
public struct TrainingRanks: Sendable {
    /// 0..<count; the first one writes all files.
    public let rank: Int
    public let count: Int

    public static let alone = TrainingRanks(rank: 0, count: 1)

    public var isFirst: Bool { rank == 0 }

    /// Meets the other processes; once a process.
    ///
    /// - Throws: where there are others and this build cannot talk to them.
    public static func join() throws(LearningError) -> TrainingRanks {
        #if MPI
            var (rank, count): (Int32, Int32) = (0, 1)
            guard cmpi_start(&rank, &count) == 0 else { throw LearningError("Cannot train with others: MPI does not start.") }
            return TrainingRanks(rank: Int(rank), count: Int(count))
        #else
            // What Open MPI and MPICH tell the processes that they start.
            let environment = ProcessInfo.processInfo.environment
            let others = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].compactMap { environment[$0].flatMap(Int.init) }
            guard others.allSatisfy({ $0 == 1 }) else {
                throw LearningError(
                    "Cannot train with others: this camber was built without MPI.", remedy: "Build it with --traits MPI.")
            }
            return .alone
        #endif
    }

    /// Every process gets the sums over all of them, element by element.
    func add(_ values: inout [Float]) {
        #if MPI
            guard count > 1 else { return }
            let status = cmpi_add_floats(&values, Int32(values.count))
            precondition(status == 0, "MPI: error \(status)")
        #endif
    }

    func add(_ value: inout Double) {
        #if MPI
            guard count > 1 else { return }
            let status = cmpi_add_double(&value)
            precondition(status == 0, "MPI: error \(status)")
        #endif
    }

    /// Returns when every process is here.
    public func wait() {
        #if MPI
            guard count > 1 else { return }
            let status = cmpi_wait()
            precondition(status == 0, "MPI: error \(status)")
        #endif
    }

    /// The last call; without it `mpirun` ends the others too, as it should where one failed.
    public func leave() {
        #if MPI
            cmpi_end()
        #endif
    }
}
