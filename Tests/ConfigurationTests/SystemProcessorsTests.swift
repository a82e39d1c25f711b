import Configuration
import Foundation
import TestSupport
import Testing

@Suite struct SystemProcessorsTests {
    private let folder = try! TestFolder()

    private func count(_ groups: String, _ files: [String: String], of processors: Int = 16) throws -> Int {
        for (path, text) in files {
            let file = folder.url.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return SystemProcessors.count(of: processors, groups: groups, root: folder.path)
    }

    @Test(arguments: [
        ("max 100000\n", 16), ("200000 100000\n", 2), ("250000 100000\n", 3), ("1000 100000\n", 1), ("", 16), ("x y", 16),
    ])
    func aContainerHasWhatItsGroupPaysFor(quota: String, count: Int) throws {
        // Its own group stands at the top of what it sees.
        #expect(try self.count("0::/\n", ["cpu.max": quota]) == count)
        #expect(try self.count("0::/host/names/it\n", ["cpu.max": quota]) == count)
    }

    @Test func theLeastOfAllGroupsAboveHolds() throws {
        let files = ["cpu.max": "max 100000", "a/cpu.max": "150000 100000", "a/b/cpu.max": "400000 100000"]
        #expect(try count("0::/a/b\n", files) == 2)
        #expect(try count("0::/a/b\n", files, of: 1) == 1)
    }

    @Test func theOldKindOfGroupsIsReadToo() throws {
        let files = [
            "cpu,cpuacct/x/cpu.cfs_quota_us": "300000\n", "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
            "cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        ]
        #expect(try count("4:memory:/x\n3:cpu,cpuacct:/x\n0::/\n", files) == 3)
        #expect(try count("3:cpu,cpuacct:/\n", files) == 16)
    }

    @Test func thisMachineHasSome() { #expect(SystemProcessors.count >= 1) }
}
