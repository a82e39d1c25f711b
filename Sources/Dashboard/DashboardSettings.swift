/// Where the page is served, what changes need, and what it shows besides the daemon.
public struct DashboardSettings: Sendable {
    /// A name or number, without brackets.
    public var host: String
    /// 0 takes any that is free.
    public var port: Int
    /// Whether only this machine can reach it.
    public var isLoopback: Bool
    /// What changes need in their header, and off loopback everything that shows the camera; nil only on loopback.
    public var token: @Sendable () -> String?
    /// The spool's folder; nil where there is none.
    public var spool: String?
    /// The registry's folder; nil where there is none.
    public var registry: String?
    /// The data set that takes what people label; nil where there is none.
    public var human: String?

    /// - Parameter token: is asked anew for each request that needs it.
    public init(
        host: String, port: Int, isLoopback: Bool, token: @escaping @autoclosure @Sendable () -> String?, spool: String? = nil,
        registry: String? = nil,
        human: String? = nil
    ) {
        precondition(isLoopback || token() != nil, "a page that others can reach, without a token")
        (self.host, self.port, self.isLoopback, self.token) = (host, port, isLoopback, token)
        (self.spool, self.registry, self.human) = (spool, registry, human)
    }
}
