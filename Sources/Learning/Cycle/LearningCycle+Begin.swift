import Files
import Foundation
import RoadScenes
import Store
import Video

extension LearningCycle {
    /// Fixes what the cycle works on.
    ///
    /// - Returns: nil where there are too few frames; how many can be used, and why others cannot.
    func begin(
        _ progress: (Progress) -> Void
    ) throws(LearningError) -> (start: CycleStart?, usable: Int, leftOut: [String]) {
        try LearningError.wrap {
            let available = try spool.items().count
            guard available >= plan.leastItems else { return (nil, available, []) }
            guard let incumbent = try registry.current() else {
                throw LearningError(
                    "The registry \(registry.folder) has no current model to start from.",
                    remedy: "'camber models promote' makes one of its models current.")
            }
            let heldOut = try heldOutPictures(progress)
            let refused = try refusedLabels(heldOut, progress)
            try folder.clear()
            try FileManager.default.createDirectory(atPath: folder.frames, withIntermediateDirectories: true)
            let (items, damaged) = try takeOver(spool.items(), heldOut, progress)
            let leftOut = refused.map { "\($0.key): \($0.value)" }.sorted() + damaged
            try folder.settleFrames()
            guard items.count >= plan.leastItems else { return (nil, items.count, leftOut) }
            let (learned, keptBack) = split(items)
            let id = try registry.nextCycle()
            let start = CycleStart(
                id: id, startedAt: Date(), seed: UInt64(id), incumbent: incumbent.number, fingerprint: incumbent.fingerprint,
                settings: plan.settings, items: learned, keptBack: keptBack.isEmpty ? nil : keptBack,
                heldOutStretches: heldOut.stretches, attempt: try attempt(), leftOut: leftOut,
                labeledLeftOut: refused.keys.sorted())
            try folder.write(start, to: folder.start)
            return (start, items.count, leftOut)
        }
    }

    /// - Throws: where their labels cannot be read or say nothing: better now than after hours of training.
    private func heldOutPictures(_ progress: (Progress) -> Void) throws -> HeldOutPictures {
        var pictures = HeldOutPictures()
        var isLabeled = false
        let folder = plan.heldOut.items.first.map {
            URL(fileURLWithPath: $0.image).appending(path: "../..").standardizedFileURL.path
        }
        let origins = plan.heldOut.location.layout == .folder ? folder.map(FrameOrigin.read) ?? [:] : [:]
        for (index, item) in plan.heldOut.items.enumerated() {
            let sample = try plan.heldOut.load(item)
            isLabeled = isLabeled || sample.labels.bytes.contains { $0 != ClassSet.void }
            pictures.add(item, sample.image, origins[item.name])
            try step(.collecting, index + 1, plan.heldOut.items.count + plan.labeled.items.count, progress)
        }
        guard isLabeled else {
            throw LearningError(
                "Every pixel of the held-out labels in \(plan.heldOut.location) is void: no model can be judged by them.",
                remedy: "Name a data set with labels as learn.held_out.")
        }
        return pictures
    }

    /// Compares paths and pixels: a copy under another name is the same picture.
    ///
    /// - Returns: the labeled pictures that are too much like held-out ones, by name, with the reason.
    /// - Throws: where one is a held-out picture itself, or none is left.
    private func refusedLabels(_ heldOut: HeldOutPictures, _ progress: (Progress) -> Void) throws -> [String: String] {
        let paths = Set(plan.heldOut.items.map { Self.resolved($0.image) })
        var refused: [String: String] = [:]
        for (index, item) in plan.labeled.items.enumerated() {
            let image = try ImageFile.readRGB(item.image)
            let same = heldOut.same(as: image)
            guard same == nil, !paths.contains(Self.resolved(item.image)) else {
                throw LearningError(
                    "\(item.image) is to be trained on, and it is held out to judge by\(same.map { " as \($0)" } ?? "").",
                    remedy:
                        "Take it out of learn.labeled or of learn.held_out: who learns the answers has not learned the subject.")
            }
            // The makers of data sets split by drive or by frame; only what looks the same is too much.
            refused[item.name] = heldOut.refusal(of: image, taken: nil)
            try step(
                .collecting, plan.heldOut.items.count + index + 1, plan.heldOut.items.count + plan.labeled.items.count, progress)
        }
        guard refused.count < plan.labeled.items.count else {
            throw LearningError(
                "Every picture of \(plan.labeled.location) is nearly one of \(plan.heldOut.location), which models are judged by.",
                remedy: "Hold out whole drives that learn.labeled has nothing of.")
        }
        return refused
    }

    /// Takes over what can be learned from, and says why the rest cannot.
    private func takeOver(
        _ items: [SpoolItem], _ heldOut: HeldOutPictures, _ progress: (Progress) -> Void
    ) throws -> (taken: [(item: CycleStart.Item, moment: DriveMoment)], leftOut: [String]) {
        var (taken, leftOut): ([(CycleStart.Item, DriveMoment)], [String]) = ([], [])
        for (index, item) in items.enumerated() {
            let title = "spool \(item.id): \(item.source), frame \(item.frameNumber)"
            let file = "\(item.id).\(URL(fileURLWithPath: item.framePath).pathExtension)"
            if let reason = refusal(of: item, heldOut, as: file) {
                leftOut.append("\(title): \(reason)")
                unlink("\(folder.frames)/\(file)")
            } else {
                let before = item.beforePath.flatMap { path in
                    let name = "\(item.id)-before.\(URL(fileURLWithPath: path).pathExtension)"
                    return folder.takeOver(path, as: name) ? name : nil
                }
                taken.append(
                    (
                        CycleStart.Item(
                            name: title, file: file, checksum: item.frameChecksum, before: before,
                            beforeChecksum: before == nil ? nil : item.beforeChecksum), DriveMoment(item)
                    ))
            }
            try step(.collecting, index + 1, items.count, progress)
        }
        return (taken, leftOut)
    }

    /// Keeps whole stretches of road back from learning, where there are enough of them.
    private func split(
        _ taken: [(item: CycleStart.Item, moment: DriveMoment)]
    ) -> (learned: [CycleStart.Item], keptBack: [[CycleStart.Item]]) {
        let numbers = RoadStretches.numbers(taken.map(\.moment))
        let keptBack = RoadStretches.keptBack(of: (numbers.max() ?? -1) + 1)
        let learned = zip(taken, numbers).filter { !keptBack.contains($1) }.map(\.0.item)
        return (learned, keptBack.sorted().map { stretch in zip(taken, numbers).filter { $1 == stretch }.map(\.0.item) })
    }

    /// How many candidates there were since one was promoted, with the one to come.
    private func attempt() throws(StoreError) -> Int {
        let cycles = try registry.cycles().sorted { $0.id > $1.id }
        return cycles.prefix { !$0.promoted }.filter { $0.candidateCard != nil }.count + 1
    }

    private func refusal(of item: SpoolItem, _ heldOut: HeldOutPictures, as file: String) -> String? {
        if let problem = spool.problems(with: item).first {
            return "\(URL(fileURLWithPath: problem.path).lastPathComponent) is damaged or gone. \(problem.problem)"
        }
        guard folder.takeOver(item.framePath, as: file) else { return "it is gone" }
        do throws(VideoError) {
            return heldOut.refusal(of: try ImageFile.readRGB("\(folder.frames)/\(file)"), taken: DriveMoment(item))
        } catch {
            return error.problem
        }
    }

    /// Leaves out frames of the work folder that were damaged since, and makes anew what was made of them.
    ///
    /// - Returns: nil where too few are left: the cycle begins anew.
    func repaired(_ start: CycleStart, _ classes: ClassSet) throws -> CycleStart? {
        let isTrained = (try? ModelBundle(contentsOf: folder.segmentation)) != nil
        if !isTrained { removeDamagedLabels(classes) }
        let known = Set(start.lost ?? [])
        let damaged = start.items.filter { !known.contains($0.file) && !folder.isWhole($0) }
        if damaged.isEmpty { return start }
        var start = start
        start.leftOut = (start.leftOut ?? []) + damaged.map { "\($0.name): its copy in \(folder.frames) is damaged" }
        if isTrained {
            start.lost = known.union(damaged.map(\.file)).sorted()
        } else {
            let files = Set(damaged.map(\.file))
            start.items.removeAll { files.contains($0.file) }
            guard start.items.count >= plan.leastItems else { return nil }
            // Other frames make another training.
            for file in [folder.pseudoLabels, folder.segmentationCheckpoint, folder.segmentationLog] where folder.has(file) {
                try FileManager.default.removeItem(atPath: file)
            }
        }
        try folder.write(start, to: folder.start)
        return start
    }

    /// They are made anew, to the same bits.
    private func removeDamagedLabels(_ classes: ClassSet) {
        let labels = folder.pseudoLabels + "/labels"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: labels)) ?? [] where name.hasSuffix(".png") {
            let isGood = (try? ImageFile.readGray("\(labels)/\(name)")).map { image in
                image.bytes.allSatisfy { Int($0) < classes.count || $0 == ClassSet.void }
            }
            if isGood != true { unlink("\(labels)/\(name)") }
        }
    }

    /// Between two steps: reports, waits for the daemon's sake, and ends the work where that is wanted.
    func step(_ stage: Progress.Stage, _ done: Int, _ total: Int, loss: Double? = nil, _ progress: (Progress) -> Void) throws {
        progress(Progress(stage: stage, done: done, total: total, loss: loss, pause: throttle.length))
        if throttle.pause() { throw LearningError("Stopped.", remedy: "The next run goes on from there.", code: .stopped) }
    }

    private static func resolved(_ path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    }
}
