import Errors

/// What goes wrong with a network, its weights or its file.
public typealias NetworkError = CamberError
