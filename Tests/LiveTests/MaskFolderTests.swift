import Foundation
import Live
import TestSupport
import Testing
import Threads

/// Masks as pictures in a folder, which has its name when all of them are in it.
@Suite final class MaskFolderTests {
    private let temporary = try! TestFolder()

    private func job(masks: String) -> SegmentReport {
        let job = SegmentJob(
            CountingSource(frames: 3), location: "test", models: ModelSlot(PlainModel(1)), outputs: .init(masks: masks))
        job.start()
        #expect(job.wait(until: MonotonicClock.now + .seconds(60)))
        return job.report(model: "test", seconds: 1)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func aFolderMayBeThereOrBeALinkToOneEvenOnAnotherDisk() throws {
        let pictures = ["000000.png", "000001.png", "000002.png", "classes.yaml"]
        let (near, memory) = (temporary.file("near"), "/dev/shm/camber-\(UUID().uuidString)")
        let files = FileManager.default
        try files.createDirectory(atPath: near, withIntermediateDirectories: false)
        var targets = [near]
        if (try? files.createDirectory(atPath: memory, withIntermediateDirectories: false)) != nil { targets.append(memory) }
        defer { try? files.removeItem(atPath: memory) }
        for (number, target) in targets.enumerated() {
            let link = temporary.file("link-\(number)")
            try files.createSymbolicLink(atPath: link, withDestinationPath: target)
            let report = job(masks: link + "/")
            #expect(report.complete && report.partial == nil, "\(report.problem ?? "")")
            #expect(try names(target) == pictures)
            #expect(try files.destinationOfSymbolicLink(atPath: link) == target)
        }
        #expect(try !names(temporary.path).contains { $0.contains("partial") })
    }
}
