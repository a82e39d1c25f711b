/// Where something is, in WGS 84.
public struct GeoPosition: Sendable, Codable, Equatable {
    /// Units: degrees, north and east positive; -90…90 and -180…180.
    public var latitude: Double
    public var longitude: Double
    /// Units: meters above the sea; nil where unknown.
    public var altitude: Double?
    /// Units: meters a second; nil where unknown.
    public var speed: Double?
    /// Units: degrees clockwise from north, 0..<360; nil where unknown.
    public var course: Double?

    /// Nil where there is no such place. What else is no number is left out.
    public init?(latitude: Double, longitude: Double, altitude: Double? = nil, speed: Double? = nil, course: Double? = nil) {
        guard (-90.0...90).contains(latitude), (-180.0...180).contains(longitude) else { return nil }
        (self.latitude, self.longitude) = (latitude, longitude)
        self.altitude = altitude.flatMap { (-12_000.0...100_000).contains($0) ? $0 : nil }
        self.speed = speed.flatMap { (0.0...1000).contains($0) ? $0 : nil }
        self.course = course.flatMap { (0.0...360).contains($0) ? $0.truncatingRemainder(dividingBy: 360) : nil }
    }

    enum CodingKeys: String, CodingKey {
        case latitude = "lat"
        case longitude = "lon"
        case altitude, speed, course
    }
}
