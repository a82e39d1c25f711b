import Files
import Foundation
import RoadScenes
import Store
import Video

extension LearningCycle {
    /// Fixes what the cycle works on.
    ///
    /// - Returns: nil and the number of frames where there are too few.
    func begin(_ progress: (Progress) -> Void) throws(LearningError) -> (start: CycleStart?, usable: Int) {
        try LearningError.wrap {
            let available = try spool.items().count
            guard available >= plan.leastItems else { return (nil, available) }
            guard let incumbent = try registry.current() else {
                throw LearningError(
                    "The registry \(registry.folder) has no current model to start from.",
                    remedy: "'camber models promote' makes one of its models current.")
            }
            let heldOut = try refuseHeldOutPictures(progress)
            try folder.clear()
            try FileManager.default.createDirectory(atPath: folder.frames, withIntermediateDirectories: true)
            let items = try takeOver(spool.items(), heldOut: heldOut, progress)
            guard items.count >= plan.leastItems else { return (nil, items.count) }
            let id = try registry.nextCycle()
            let start = CycleStart(
                id: id, startedAt: Date(), seed: UInt64(id), incumbent: incumbent.number, fingerprint: incumbent.fingerprint,
                settings: plan.settings, items: items)
            try folder.write(start, to: folder.start)
            return (start, items.count)
        }
    }

    /// Compares paths and pixels: a copy under another name is the same picture.
    ///
    /// - Returns: fingerprints of the held-out pictures.
    /// - Throws: where one of them is among the labeled ones.
    private func refuseHeldOutPictures(_ progress: (Progress) -> Void) throws -> Set<UInt64> {
        let total = plan.heldOut.items.count + plan.labeled.items.count
        var names: [UInt64: String] = [:]
        for (index, item) in plan.heldOut.items.enumerated() {
            names[Self.fingerprint(try ImageFile.readRGB(item.image))] = item.image
            try step(.collecting, index + 1, total, progress)
        }
        let paths = Set(plan.heldOut.items.map { Self.resolved($0.image) })
        for (index, item) in plan.labeled.items.enumerated() {
            let same = names[Self.fingerprint(try ImageFile.readRGB(item.image))]
            guard same == nil, !paths.contains(Self.resolved(item.image)) else {
                throw LearningError(
                    "\(item.image) is to be trained on, and it is held out to judge by\(same.map { " as \($0)" } ?? "").",
                    remedy:
                        "Take it out of learn.labeled or of learn.held_out: who learns the answers has not learned the subject.")
            }
            try step(.collecting, plan.heldOut.items.count + index + 1, total, progress)
        }
        return Set(names.keys)
    }

    /// Leaves out what is gone, damaged or held out.
    private func takeOver(_ items: [SpoolItem], heldOut: Set<UInt64>, _ progress: (Progress) -> Void) throws -> [CycleStart.Item]
    {
        var taken: [CycleStart.Item] = []
        for (index, item) in items.enumerated() {
            let name = "\(item.id).\(URL(fileURLWithPath: item.framePath).pathExtension)"
            if folder.takeOver(item.framePath, as: name), let image = try? ImageFile.readRGB("\(folder.frames)/\(name)"),
                !heldOut.contains(Self.fingerprint(image))
            {
                taken.append(CycleStart.Item(name: "spool \(item.id): \(item.source), frame \(item.frameNumber)", file: name))
            }
            try step(.collecting, index + 1, items.count, progress)
        }
        return taken
    }

    /// Between two steps: reports, waits for the daemon's sake, and ends the work where that is wanted.
    func step(_ stage: Progress.Stage, _ done: Int, _ total: Int, loss: Double? = nil, _ progress: (Progress) -> Void) throws {
        progress(Progress(stage: stage, done: done, total: total, loss: loss, pause: throttle.length))
        if throttle.pause() { throw LearningError("Stopped.", remedy: "The next run goes on from there.", code: .stopped) }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }

    /// Of a picture's size and pixels.
    private static func fingerprint(_ image: RGBImage) -> UInt64 {
        withExtendedLifetime(image) {
            var checksum = Checksum()
            checksum.combine(UInt32(image.width))
            checksum.combine(image.bytes)
            return checksum.state
        }
    }
}
