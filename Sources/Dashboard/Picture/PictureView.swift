/// What the live picture shows.
enum PictureView: String, CaseIterable, Sendable {
    case camera
    /// The classes' colours over the camera's picture.
    case overlay
    /// How far each pixel can be trusted, of the last frame that the gate looked at.
    case confidence
}
