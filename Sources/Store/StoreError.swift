import Errors

/// What goes wrong with the spool or the registry on disk.
public typealias StoreError = CamberError
