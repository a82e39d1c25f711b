import Status
import Store

/// When and where a frame was taken, as far as that is known.
public struct FrameCircumstances: Sendable, Equatable {
    public var time: FrameTime?
    public var position: GeoPosition?

    public init(time: FrameTime? = nil, position: GeoPosition? = nil) { (self.time, self.position) = (time, position) }
}

/// A moment by some clock, and what speaks against that clock.
public struct FrameTime: Sendable, Equatable {
    /// Units: seconds since 1970.
    public var seconds: Double
    /// Nil where nothing does.
    public var doubt: ClockDoubt?

    public init(_ seconds: Double, doubt: ClockDoubt?) { (self.seconds, self.doubt) = (seconds, doubt) }
}
