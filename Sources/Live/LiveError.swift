import Errors

/// What goes wrong in the live loop or its outputs.
public typealias LiveError = CamberError
