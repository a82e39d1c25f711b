import Errors

/// What goes wrong in the live loop, its configuration or its outputs.
public typealias LiveError = CamberError
