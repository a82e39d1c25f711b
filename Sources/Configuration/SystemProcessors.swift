import Foundation

/// How many processors this process may use.
package enum SystemProcessors {
    /// Those of the machine that it may run on, and no more than its control group, such as a container's, pays for: threads beyond that
    /// only wait for each other.
    package static var count: Int {
        count(of: ProcessInfo.processInfo.activeProcessorCount, groups: text("/proc/self/cgroup"), root: "/sys/fs/cgroup")
    }

    /// - Parameters:
    ///   - processors: that are there.
    ///   - groups: what `/proc/self/cgroup` says.
    ///   - root: where the control groups are.
    package static func count(of processors: Int, groups: String, root: String) -> Int {
        var most = Double(processors)
        for line in groups.split(separator: "\n") {
            // Its number, the old kind's controllers, and its path; the new kind has no controllers here.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, parts[1].isEmpty || parts[1].split(separator: ",").contains("cpu") else { continue }
            let top = parts[1].isEmpty ? root : "\(root)/\(parts[1])"
            for folder in folders(from: parts[2], below: top) {
                if let quota = parts[1].isEmpty ? quota(folder) : oldQuota(folder) { most = min(most, quota) }
            }
        }
        return max(1, Int(most.rounded(.up)))
    }

    /// A group and those above it. In a container its own may stand at the top, whatever its path says.
    private static func folders(from path: String, below top: String) -> [String] {
        let names = path.split(separator: "/")
        return (0...names.count).map { ([top] + names.prefix($0).map(String.init)).joined(separator: "/") }
    }

    /// Units: processors; nil where there is no limit.
    private static func quota(_ folder: String) -> Double? {
        let words = text("\(folder)/cpu.max").split { $0.isWhitespace }
        return words.count == 2 ? ratio(Double(words[0]), Double(words[1])) : nil
    }

    private static func oldQuota(_ folder: String) -> Double? {
        func number(_ name: String) -> Double? {
            Double(text("\(folder)/\(name)").trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return ratio(number("cpu.cfs_quota_us"), number("cpu.cfs_period_us"))
    }

    private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
        guard let quota, let period, quota > 0, period > 0 else { return nil }
        return quota / period
    }

    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
}
