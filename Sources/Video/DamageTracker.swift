import CFFmpeg

/// Tells which pictures of a stream are damaged: those whose own data is, and those that are made of them, up to the next key
/// frame.
///
/// Packets go in as the decoder gets them and pictures as it gives them: their times connect the two.
struct DamageTracker {
    /// Every picture stands for itself, as in MJPEG.
    private let isIntraOnly: Bool
    /// Times of packets since the last damage in the order of decoding.
    private var damagedTimes: Set<Int64> = []
    /// Since the last key packet, in the order of decoding.
    private var isAfterDamage = false
    /// Since the last key picture, in the order of display.
    private var isShownAfterDamage = false
    /// A packet without a time was damaged, and no picture has come since.
    private var isNextDamaged = false
    /// Of the packets that went in last, newest last: as many as the decoder works on at once.
    private var lastTimes: [Int64] = []
    private let threads: Int
    /// More than any decoder holds back; beyond it packets never became pictures.
    private static let mostTimes = 1024

    /// - Parameter threads: of the decoder, which works on as many packets at once.
    init(isIntraOnly: Bool, threads: Int) { (self.isIntraOnly, self.threads) = (isIntraOnly, max(1, threads)) }

    /// A packet goes to the decoder.
    mutating func sending(_ time: Int64, isKey: Bool, isCorrupt: Bool) {
        if isKey || isIntraOnly { isAfterDamage = false }
        lastTimes.append(time)
        if lastTimes.count > threads { lastTimes.removeFirst() }
        if isCorrupt { isAfterDamage = true }
        if isAfterDamage { remember(time) }
    }

    /// The packet that went in last turned out to be damaged, or others before it are missing. Of several threads nobody knows
    /// which one complains: it may be any of their packets.
    mutating func lastWasDamaged() {
        isAfterDamage = true
        if lastTimes.isEmpty { isNextDamaged = true }
        for time in lastTimes { remember(time) }
    }

    /// Whether the picture that came out is damaged.
    ///
    /// - Parameter isFlagged: whether the decoder says so itself.
    mutating func received(_ time: Int64, isKey: Bool, isFlagged: Bool) -> Bool {
        let isOwn = damagedTimes.remove(time) != nil || isFlagged || isNextDamaged
        isNextDamaged = false
        if isOwn || isKey || isIntraOnly { isShownAfterDamage = isOwn && !isIntraOnly }
        return isOwn || isShownAfterDamage
    }

    private mutating func remember(_ time: Int64) {
        guard time != FFmpeg.noTimestamp else {
            isNextDamaged = true
            return
        }
        if damagedTimes.count >= Self.mostTimes { damagedTimes.removeAll() }
        damagedTimes.insert(time)
    }
}
