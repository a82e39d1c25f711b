import Threads

/// What takes the page more than a moment: pictures, disks.
enum PageWork {
    /// How much the loop goes before, as of `nice`.
    private static let niceness: Int32 = 10

    /// The calling thread, which is a connection's, comes after the loop from now on. Health and figures are answered by threads
    /// that never did such work, so that they are there however busy the loop is.
    static func giveWay() { ThreadPriority.giveWay(niceness: niceness) }
}
