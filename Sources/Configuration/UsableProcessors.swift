import Foundation

/// How many threads pay on this machine, where nobody says.
package enum UsableProcessors {
    /// More than any network keeps busy; a setting may not ask for more either.
    private static let most = 64

    /// As many as this process may run on and a container's or a service's quota pays for.
    package static var count: Int {
        let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
        return count(of: ProcessInfo.processInfo.activeProcessorCount, quota: quota(groups, in: "/sys/fs/cgroup"))
    }

    /// - Parameter quota: processors' time in a second; nil where all of it may be used.
    package static func count(of processors: Int, quota: Double?) -> Int {
        let paid = quota.map { Int(min($0, Double(most)).rounded(.up)) } ?? most
        return max(1, min(processors, paid, most))
    }

    /// The least that the control group that the process is in, or one above it, is allowed. Threads beyond that would wait while they
    /// hold up the others.
    ///
    /// - Parameters:
    ///   - groups: as in `/proc/self/cgroup`.
    ///   - root: where control groups are.
    package static func quota(_ groups: String, in root: String) -> Double? {
        var least: Double?
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3 else { continue }
            let controllers = parts[1].split(separator: ",")
            let tree = parts[1].isEmpty ? root : "\(root)/\(parts[1])"
            guard parts[1].isEmpty || controllers.contains("cpu") else { continue }
            // Within a container the path may be the machine's, of which only the end can be seen.
            var path = parts[2]
            while true {
                let folder = tree + (path == "/" ? "" : path)
                if let own = parts[1].isEmpty ? second(folder) : first(folder) { least = min(least ?? own, own) }
                guard let slash = path.lastIndex(of: "/"), path.count > 1 else { break }
                path = slash == path.startIndex ? "/" : String(path[..<slash])
            }
        }
        return least
    }

    /// Of control groups of the second version: microseconds of time and of the period, or `max` and the period.
    private static func second(_ folder: String) -> Double? {
        ratio(text("\(folder)/cpu.max").split { $0 == " " || $0 == "\n" }.map { Double($0) })
    }

    private static func first(_ folder: String) -> Double? {
        ratio(["quota", "period"].map { Double(text("\(folder)/cpu.cfs_\($0)_us").prefix { $0 != "\n" }) })
    }

    private static func ratio(_ numbers: [Double?]) -> Double? {
        guard numbers.count == 2, let time = numbers[0], let period = numbers[1], time > 0, period > 0 else { return nil }
        return time / period
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
