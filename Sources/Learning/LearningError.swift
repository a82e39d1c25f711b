import Errors

/// What goes wrong in training or evaluation.
public typealias LearningError = CamberError
