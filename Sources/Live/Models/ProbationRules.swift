import Configuration

/// Tells from its signs whether a model is worse than the one before it; a single odd frame decides nothing.
///
/// Both have looked at the same frames: what is hard to see there, like a tunnel, is so for both.
public enum ProbationRules {
    /// Looks that are compared; with fewer nothing is said.
    public static let looks = 6
    /// Frames from which on lateness counts.
    public static let frames = 200
    /// A class to which the one before trusts this share of the pixels, and that has less than `vanishedPart` of it, has vanished.
    public static let noticeableShare = 0.01
    public static let vanishedPart = 0.02
    /// The part of the selected pixels that must remain.
    public static let leastSelectedPart = 0.5
    public static let mostConfidenceLost = 0.25
    /// More of the frames late, and later by this factor.
    public static let mostLateGained = 0.05
    public static let mostLatencyFactor = 1.5

    /// Why the model must go; nil where nothing speaks against it.
    ///
    /// - Parameters:
    ///   - signs: of the last `looks` looks at most, and of the frames since the swap.
    ///   - before: of the model before at the same frames, and of the frames before the swap.
    ///   - names: of the classes, for the reason.
    public static func problem(_ signs: ModelSigns, before: ModelSigns, names: [String]) -> String? {
        if signs.frames + signs.late >= frames, before.latency > 0, signs.lateShare > before.lateShare + mostLateGained,
            signs.latency > before.latency * mostLatencyFactor
        {
            return "\(ShareText.text(signs.lateShare)) of the frames are late, \(ShareText.text(before.lateShare)) were before"
        }
        guard signs.looks >= looks else { return nil }
        if signs.collapsed == signs.looks, before.collapsed * 2 <= before.looks {
            return "it gives nearly all of every frame one class"
        }
        guard before.looks >= looks else { return nil }
        for (index, share) in before.selectedShares.enumerated() where share >= noticeableShare {
            if signs.classShares[index] < share * vanishedPart {
                return "it no longer sees \(names[index]), \(ShareText.text(share)) of the pixels to the one before"
            }
        }
        if signs.selectedRatio < before.selectedRatio * leastSelectedPart {
            return "only \(ShareText.text(signs.selectedRatio)) of the pixels can be trusted, "
                + "\(ShareText.text(before.selectedRatio)) by the one before"
        }
        if signs.meanConfidence < before.meanConfidence - mostConfidenceLost {
            return "its mean confidence is \(ShareText.text(signs.meanConfidence)), "
                + "that of the one before \(ShareText.text(before.meanConfidence))"
        }
        return nil
    }
}
