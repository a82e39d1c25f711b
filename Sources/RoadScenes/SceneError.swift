import Errors

/// What goes wrong with a data set, a class list or a bundle.
public typealias SceneError = CamberError
