import CFFmpeg

/// One decoded frame, to be read into again and again.
///
/// Threading: one owner at a time; handing it to another thread hands over the right to touch it.
// Safe to send: the decoded picture is reference-counted by FFmpeg, everything else belongs to the frame alone.
public final class VideoFrame: @unchecked Sendable {
    /// Counted from the source's first frame; of a folder it is the picture's place in it, whether those before could be read
    /// or not.
    public private(set) var index = 0
    public private(set) var timestamp = Timestamp(0, Rational(1, 1))
    /// Units: ticks of `timestamp.timeBase`; from the nominal rate where the source doesn't say.
    public private(set) var duration: Int64 = 0
    /// Part of it is missing, or it was made of frames that are damaged or lost: what it shows was not there.
    public private(set) var isDamaged = false

    let avFrame: UnsafeMutablePointer<AVFrame>
    private var orientation = Orientation.upright
    private let scaler = FrameScaler()

    public init() {
        guard let frame = av_frame_alloc() else { preconditionFailure("out of memory") }
        avFrame = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = avFrame
        av_frame_free(&frame)
    }

    /// Displayed size in stored pixels: cropped and rotated, not stretched to square pixels; 0 before the first read.
    public var width: Int { Int(orientation.swapsAxes ? avFrame.pointee.height : avFrame.pointee.width) }
    public var height: Int { Int(orientation.swapsAxes ? avFrame.pointee.width : avFrame.pointee.height) }

    /// The shape of a displayed pixel, width to height.
    public var sampleAspectRatio: Rational {
        let shape = Rational(avFrame.pointee.sample_aspect_ratio)
        guard shape.isPositive else { return Rational(1, 1) }
        return orientation.swapsAxes ? shape.inverse : shape
    }

    public var isInterlaced: Bool { camber_frame_is_interlaced(avFrame) != 0 }

    /// Draws the frame over the whole image: scaled, turned as the source asks, deinterlaced, as full-range RGB.
    ///
    /// Once a frame of this kind was drawn at this size, nothing is allocated.
    ///
    /// - Throws: where the frame holds no picture, or one in a pixel format that cannot be converted.
    public func draw(into image: RGBImage) throws(VideoError) {
        try scaler.draw(avFrame, orientation, into: image)
    }

    /// The same picture, which stays when this frame is read into again; no pixel is copied. Nil before the first read.
    public func held() -> VideoFrame? {
        let other = VideoFrame()
        guard avFrame.pointee.data.0 != nil, av_frame_ref(other.avFrame, avFrame) >= 0 else { return nil }
        (other.index, other.timestamp, other.duration) = (index, timestamp, duration)
        (other.isDamaged, other.orientation) = (isDamaged, orientation)
        return other
    }

    func retime(_ time: Timestamp) { timestamp = time }

    /// Becomes what another frame was, which keeps nothing.
    func take(_ other: VideoFrame) {
        av_frame_unref(avFrame)
        av_frame_move_ref(avFrame, other.avFrame)
        (index, timestamp, duration) = (other.index, other.timestamp, other.duration)
        (isDamaged, orientation) = (other.isDamaged, other.orientation)
    }

    func didDecode(
        index: Int, at timestamp: Timestamp, duration: Int64, streamOrientation: Orientation, isDamaged: Bool = false
    ) {
        self.index = index
        self.isDamaged = isDamaged
        self.timestamp = timestamp
        self.duration = duration
        orientation = streamOrientation
        if let side = av_frame_get_side_data(avFrame, AV_FRAME_DATA_DISPLAYMATRIX), side.pointee.size >= 36 {
            side.pointee.data.withMemoryRebound(to: Int32.self, capacity: 9) { orientation = Orientation(matrix: $0) }
        }
    }
}
