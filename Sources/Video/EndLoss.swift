import Files

/// What the end of a recording shows to be lost. Units: frames.
struct EndLoss {
    /// That the header promises.
    private(set) var (damaged, missing) = (0, 0)
    /// That are there and were not read.
    var unread: Int { undecoded + elsewhere + (joinedStart == nil ? 0 : 1) }
    private var (undecoded, elsewhere) = (0, 0)
    /// How many pictures lie there, nothing tells.
    private let joinedStart: Int64?

    /// Units: seconds; at a variable rate the last picture may stand for a while.
    private static let longestPicture = 2.0

    /// - Parameter decodedEnd: of the last picture that was decoded. Units: seconds.
    init(_ demuxer: Demuxer, _ tail: UndecodedTail, decodedEnd: Double, _ info: VideoInfo) {
        let shortage = demuxer.shortage(decodedEnd: decodedEnd)
        let short = shortage ?? 0
        let frames = short * info.frameRate.value
        // One frame more or less is rounding.
        if frames >= 1.5 {
            damaged = Int(nearest: min(frames, 1e9))
            if demuxer.endsAbruptly || short > Self.longestPicture { missing = damaged }
        }
        // How many more there were, nothing tells.
        if shortage == nil, demuxer.log.isCutOff || demuxer.endsWithinPicture { (damaged, missing) = (1, 1) }
        undecoded = max(0, tail.count - missing)
        joinedStart = demuxer.joinedStart
        elsewhere = demuxer.extents.packetsApart(from: demuxer.stream.pointee.index)
    }

    func notices(_ name: String) -> [String] {
        var notices: [String] = []
        if undecoded > 0 {
            notices.append(
                "About \(CountText.text(undecoded, "picture")) at the end of \(name) could not be decoded: another codec? \(Self.remedy)"
            )
        }
        if elsewhere > 0 {
            notices.append(
                "\(name) has \(CountText.text(elsewhere, "picture")) in other video streams, before or after the one that was read. "
                    + Self.remedy)
        }
        if let joinedStart {
            notices.append(
                "Another recording is joined to \(name), and was not read. \(Self.remedy) "
                    + "'tail -c +\(joinedStart + 1)' gives it.")
        }
        return notices
    }

    private static let remedy = "Where recordings were joined to one, give them one by one."
}
