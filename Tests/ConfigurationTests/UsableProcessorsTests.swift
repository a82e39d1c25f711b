import Configuration
import Foundation
import TestSupport
import Testing

/// Threads beyond a container's quota wait while they hold up the others.
struct UsableProcessorsTests {
    private func make(_ folder: TestFolder, _ files: [String: String]) throws {
        for (name, text) in files {
            let file = URL(fileURLWithPath: folder.file(name))
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    @Test func theLeastQuotaAboveAProcessCounts() throws {
        let folder = try TestFolder()
        try make(
            folder,
            [
                "cpu.max": "max 100000\n", "system.slice/cpu.max": "400000 100000\n",
                "system.slice/camber/cpu.max": "max 100000\n",
                "free/cpu.max": "max 100000\n", "odd/cpu.max": "0 0\n",
            ])
        #expect(UsableProcessors.quota("0::/system.slice/camber\n", in: folder.path) == 4)
        for groups in ["0::/free\n", "0::/odd\n", "0::/none\n", "0::/\n", "", "rubbish"] {
            #expect(UsableProcessors.quota(groups, in: folder.path) == nil, "\(groups)")
        }
    }

    /// A container of Docker has the quota at the root of what it sees.
    @Test func bothVersionsOfControlGroupsAreRead() throws {
        let folder = try TestFolder()
        try make(folder, ["cpu.max": "150000 100000\n"])
        #expect(UsableProcessors.quota("0::/\n", in: folder.path) == 1.5)
        let older = try TestFolder()
        try make(older, ["cpu,cpuacct/cpu.cfs_quota_us": "50000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"])
        let groups = "5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n0::/\n"
        #expect(UsableProcessors.quota(groups, in: older.path) == 0.5)
        try make(older, ["cpu,cpuacct/cpu.cfs_quota_us": "-1\n"])
        #expect(UsableProcessors.quota(groups, in: older.path) == nil)
    }

    @Test(
        arguments: [
            (8, nil, 8), (8, 2.0, 2), (8, 1.5, 2), (8, 0.1, 1), (2, 8.0, 2), (256, nil, 64), (256, 1e300, 64), (0, nil, 1),
        ] as [(Int, Double?, Int)])
    func noMoreThreadsThanPay(processors: Int, quota: Double?, threads: Int) {
        #expect(UsableProcessors.count(of: processors, quota: quota) == threads)
    }
}
