import Errors

/// What goes wrong with the page, or with what somebody asked of it.
public typealias DashboardError = CamberError
