import Errors

/// What goes wrong with a video, a picture or their file.
public typealias VideoError = CamberError
