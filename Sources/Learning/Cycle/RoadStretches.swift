/// Groups pictures into stretches of road: pictures of one drive within ten seconds show the same street, so that what they say about
/// a model is hardly more than what one of them says.
package enum RoadStretches {
    /// Units: seconds.
    private static let length = 10.0
    /// So many stretches are kept back from learning, at least and at most.
    static let leastKeptBack = 10
    private static let mostKeptBack = 20
    /// At most every third one is.
    private static let leastSpacing = 3

    /// The number of each picture's stretch, from 0 in the order of the pictures.
    ///
    /// - Parameters:
    ///   - moments: nil where nothing is known of a picture.
    ///   - looksLikePrevious: asked of pictures that nothing is known of: whether the one before it nearly is a copy.
    package static func numbers(_ moments: [DriveMoment?], looksLikePrevious: (Int) -> Bool = { _ in false }) -> [Int] {
        var (numbers, firsts): ([Int], [DriveMoment?]) = ([], [])
        for (index, moment) in moments.enumerated() {
            let known: Int?
            if let moment {
                known = firsts.firstIndex { $0?.isNear(moment, seconds: length) ?? false }
            } else {
                known = index > 0 && looksLikePrevious(index) ? numbers[index - 1] : nil
            }
            if known == nil { firsts.append(moment) }
            numbers.append(known ?? firsts.count - 1)
        }
        return numbers
    }

    /// Which of so many stretches nothing is learned from, so that they can tell whether a model got better on this road: none where
    /// they would be too few to tell.
    package static func keptBack(of count: Int) -> Set<Int> {
        guard count >= leastSpacing * leastKeptBack else { return [] }
        let spacing = max(leastSpacing, (count + mostKeptBack - 1) / mostKeptBack)
        return Set(stride(from: spacing / 2, to: count, by: spacing))
    }
}
