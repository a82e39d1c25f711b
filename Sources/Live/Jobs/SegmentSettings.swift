/// What the masks of a job depend on besides the recording: work that is resumed must have the same.
public struct SegmentSettings: Sendable, Equatable, Codable {
    /// Of the bundle's weights.
    public var fingerprint: String
    /// What the network sees, such as `480x360`.
    public var size: String
    public var every: Int
    /// The part of the work, such as `2/5`.
    public var shard: String?

    /// Which of several video streams.
    public var stream: Int?
    /// The rate of what says none.
    public var rate: Double?
    /// Parts of the picture that show no road; nil where there are none.
    public var ignore: [String]?
    /// Whether labels are kept from flickering; nil where they are not.
    public var steady: Bool?
    /// Whether uncertain areas of overlays are hatched; nil where they are not.
    public var uncertainty: Bool?
    /// The file that positions come from; nil where none was named.
    public var gpx: String?

    public init(
        fingerprint: String, size: String, every: Int, shard: String?, stream: Int? = nil, rate: Double? = nil,
        ignore: [String] = [], steady: Bool = false, uncertainty: Bool = false, gpx: String? = nil
    ) {
        (self.fingerprint, self.size, self.every, self.shard) = (fingerprint, size, every, shard)
        (self.steady, self.uncertainty) = (steady ? true : nil, uncertainty ? true : nil)
        (self.stream, self.rate, self.ignore, self.gpx) = (stream, rate, ignore.isEmpty ? nil : ignore, gpx)
    }
}
