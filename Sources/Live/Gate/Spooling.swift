import Configuration
import Logging
import RoadScenes
import Status
import Store
import Threads
import Video

/// The gate with its spool, as the configuration wants them.
///
/// Threading: any.
final class Spooling: Sendable {
    let gate: FrameGate
    let history = LookHistory()
    /// The gate's thread has the spool for as long as its disk takes.
    private let summaries: LatestAnswer<SpoolSummary?>

    /// Nil where there is no gate.
    ///
    /// - Throws: where a rare class is none of the model's.
    init?(_ configuration: Configuration, for segmenter: any FrameSegmenter, logger: Logger) throws(LiveError) {
        guard let settings = configuration.gate, let place = configuration.spool else { return nil }
        guard segmenter.judge != nil else {
            logger.warning("No frames are kept for learning: the model's auxiliary network is not trained.")
            return nil
        }
        let names = segmenter.classes.names
        var rare: [Int] = []
        for name in settings.rare {
            guard let index = names.firstIndex(of: name) else {
                throw LiveError.noClass(name, key: "gate.rare", among: names)
            }
            rare.append(index)
        }
        let keeper = SpoolKeeper(folder: place.folder, limits: SpoolLimits(place), classes: segmenter.classes)
        summaries = LatestAnswer("spool") { try? keeper.summary() }
        var options = FrameGate.Options(
            selection: settings.selection,
            rules: GateRules(selected: settings.selected, difference: settings.difference, rare: rare),
            cpu: settings.cpu, source: PublicAddress.text(configuration.source.location))
        options.originalSize = place.originalSize
        gate = FrameGate(
            options, handover: GateHandover(every: settings.every, for: segmenter), for: segmenter, keeper: keeper,
            history: history)
    }

    func report() -> GateReport { gate.report(at: MonotonicClock.now) }

    /// As it was last read where its disk hangs; nil where it cannot be read.
    func summary() -> SpoolSummary? { summaries.value() ?? nil }
}
