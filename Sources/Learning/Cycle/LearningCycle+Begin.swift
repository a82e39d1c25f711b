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
            let available = try spool.summary().items
            guard available >= plan.leastItems else { return (nil, available, []) }
            let survey = try survey(progress)
            try folder.clear()
            try DurableFolder.make(folder.frames)
            let learned = try survey.learned.compactMap(takeOver)
            let keptBack = try survey.keptBack.map { try $0.compactMap(takeOver) }.filter { !$0.isEmpty }
            try folder.settleFrames()
            let usable = learned.count + keptBack.reduce(0) { $0 + $1.count }
            guard usable >= plan.leastItems else { return (nil, usable, survey.leftOut) }
            let id = try registry.nextCycle()
            let start = CycleStart(
                id: id, startedAt: Date(), seed: UInt64(id), incumbent: survey.incumbent.number,
                fingerprint: survey.incumbent.fingerprint, settings: plan.settings, items: learned,
                keptBack: keptBack.isEmpty ? nil : keptBack, heldOutStretches: survey.heldOutStretches, attempt: try attempt(),
                leftOut: survey.leftOut, labeledLeftOut: survey.labeledLeftOut.keys.sorted())
            try folder.write(start, to: folder.start)
            return (start, usable, survey.leftOut)
        }
    }

    /// Looks at everything that a cycle would use, and writes nothing.
    func survey(_ progress: (Progress) -> Void) throws -> CycleSurvey {
        guard let incumbent = try registry.current() else {
            throw LearningError(
                "The registry \(registry.folder) has no current model to start from.",
                remedy: "'camber models promote' makes one of its models current.")
        }
        var heldOut = try heldOutPictures(progress)
        let heldOutStretches = heldOut.stretches
        let named = heldOut
        try addHumanLabels(to: &heldOut)
        let refused = try refusedLabels(named: named, all: heldOut, progress)
        func count(_ sets: [Dataset]) -> Int {
            sets.reduce(0) { sum, set in sum + set.items.count { refused[Self.title($0, of: set)] == nil } }
        }
        let items = try spool.items().filter { !$0.isUnsure }
        var (usable, leftOut): ([SpoolItem], [String]) = ([], refused.map { "\($0.key): \($0.value)" }.sorted())
        for (index, item) in items.enumerated() {
            if let reason = refusal(of: item, heldOut) {
                leftOut.append("\(Self.title(item)): \(reason)")
            } else {
                usable.append(item)
            }
            try step(.collecting, index + 1, items.count, progress)
        }
        // Whole stretches of road, where there are enough of them.
        let numbers = RoadStretches.numbers(usable.map { DriveMoment($0) })
        let keptBack = RoadStretches.keptBack(of: (numbers.max() ?? -1) + 1)
        return CycleSurvey(
            incumbent: incumbent, learned: zip(usable, numbers).filter { !keptBack.contains($1) }.map(\.0),
            keptBack: keptBack.sorted().map { stretch in zip(usable, numbers).filter { $1 == stretch }.map(\.0) },
            leftOut: leftOut,
            labeled: count(plan.labeledSets.map(\.dataset)), humanLearned: plan.human.map { count([$0.learned]) },
            labeledLeftOut: refused, heldOutStretches: heldOutStretches)
    }

    /// - Throws: where their labels cannot be read or say nothing: better now than after hours of training.
    private func heldOutPictures(_ progress: (Progress) -> Void) throws -> HeldOutPictures {
        var pictures = HeldOutPictures()
        var isLabeled = false
        let folder = plan.heldOut.items.first.map {
            URL(fileURLWithPath: $0.image).appending(path: "../..").standardizedFileURL.path
        }
        let origins = plan.heldOut.location.layout == .folder ? try folder.map(FrameOrigin.read) ?? [:] : [:]
        for (index, item) in plan.heldOut.items.enumerated() {
            let sample = try plan.heldOut.load(item)
            isLabeled = isLabeled || sample.labels.bytes.contains { $0 != ClassSet.void }
            pictures.add(item, sample.image, origins[item.name])
            try step(.collecting, index + 1, labeledCount, progress)
        }
        guard isLabeled else {
            throw LearningError(
                "Every pixel of the held-out labels in \(plan.heldOut.location) is void: no model can be judged by them.",
                remedy: "Name a data set with labels as learn.held_out.")
        }
        return pictures
    }

    /// Keeps a frame and the one before it for the cycle, whatever the spool evicts meanwhile; nil where it is gone already.
    private func takeOver(_ item: SpoolItem) throws -> CycleStart.Item? {
        func keep(_ path: String, _ stem: String) throws -> String? {
            let name = "\(stem).\(URL(fileURLWithPath: path).pathExtension)"
            return try folder.takeOver(path, as: name) ? name : nil
        }
        guard let file = try keep(item.framePath, "\(item.id)") else { return nil }
        let before = try item.beforePath.flatMap { try keep($0, "\(item.id)-before") }
        return CycleStart.Item(
            name: Self.title(item), file: file, checksum: item.frameChecksum, before: before,
            beforeChecksum: before == nil ? nil : item.beforeChecksum)
    }

    private static func title(_ item: SpoolItem) -> String { LearnedFrame(item).description }

    /// How many candidates there were since one was promoted, with the one to come.
    private func attempt() throws(StoreError) -> Int {
        let cycles = try registry.cycles().sorted { $0.id > $1.id }
        return cycles.prefix { !$0.promoted }.filter { $0.candidateCard != nil }.count + 1
    }

    /// Why a frame cannot be learned from; nil where it can.
    private func refusal(of item: SpoolItem, _ heldOut: HeldOutPictures) -> String? {
        if let problem = spool.problems(with: item).first {
            return "\(URL(fileURLWithPath: problem.path).lastPathComponent) is damaged or gone. \(problem.problem)"
        }
        do throws(VideoError) {
            return heldOut.refusal(of: try ImageFile.readRGB(item.framePath), taken: DriveMoment(item))
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
}
